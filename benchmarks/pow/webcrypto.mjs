// The platform's web solver, as its protocol describes it: one text per nonce, hashed by Web Crypto, zero bits counted in the hex
// digits. Prints hashes per second.
const seconds = Number(process.argv[2]);
const prefix = 'c'.repeat(64) + '3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b' + 'EQAgISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0-P0pD';
const encoder = new TextEncoder();

function leadingZeroBits(hex) {
  let bits = 0;
  for (const digit of hex) {
    const value = parseInt(digit, 16);
    if (value === 0) bits += 4;
    else return bits + Math.clz32(value) - 28;
  }
  return bits;
}

const batch = 10_000;
let nonce = 0;
const started = performance.now();
let elapsed = 0;
do {
  for (const end = nonce + batch; nonce < end; ++nonce) {
    const digest = await crypto.subtle.digest('SHA-256', encoder.encode(prefix + nonce));
    const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
    if (leadingZeroBits(hex) >= 256) process.exit(1);
  }
  elapsed = (performance.now() - started) / 1000;
} while (elapsed < seconds);
console.log(nonce / elapsed);
