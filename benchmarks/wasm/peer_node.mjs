// The benchmark's guests in Node, with the least of WASI that they need. Prints milliseconds per run: the median of a no-op, from
// instantiation on, and the best of a few of each kernel in CPU time, once the compiler has settled.
import { existsSync, readFileSync } from 'node:fs';

const folders = process.argv.slice(2);
const exit = Symbol('exit');

function read(name) {
  return readFileSync(folders.map((folder) => `${folder}/${name}.wasm`).find(existsSync));
}

function run(module) {
  let memory;
  const zero = () => 0;
  const imports = new Proxy({}, {
    get: (_, name) => name === 'proc_exit' ? () => { throw exit; } : name === 'fd_write' ? (_, pieces, count, written) => {
      const view = new DataView(memory.buffer);
      let sum = 0;
      for (let i = 0; i < count; ++i) sum += view.getUint32(pieces + 8 * i + 4, true);
      view.setUint32(written, sum, true);
      return 0;
    } : zero,
  });
  const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: imports });
  memory = instance.exports.memory;
  try {
    instance.exports._start();
  } catch (end) {
    if (end !== exit) throw end;
  }
}

// CPU time, as everywhere in this benchmark where a busy machine would show otherwise.
function cpuNow() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function times(module, count, clock) {
  return Array.from({ length: count }, () => {
    const started = clock();
    run(module);
    return clock() - started;
  });
}

const noop = new WebAssembly.Module(read('noop'));
const now = () => performance.now();
times(noop, 1000, now);
console.log('noop', times(noop, 5000, now).sort((a, b) => a - b)[2500]);
for (const name of ['sha256', 'matrix', 'json', 'regex', 'sort']) {
  const module = new WebAssembly.Module(read(name));
  console.log(name, Math.min(...times(module, 9, cpuNow)));
}
