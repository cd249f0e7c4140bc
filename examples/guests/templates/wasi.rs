// A guest of convention `wasi`, in Rust: a program that reads stdin and writes stdout. This one turns small ASCII letters into
// capitals. Build: rustc --target wasm32-wasip1 -C opt-level=2 -C strip=symbols wasi.rs
use std::io::{self, Read, Write};

fn main() -> io::Result<()> {
    let mut buffer = [0; 4096];
    let mut stdin = io::stdin().lock();
    let mut stdout = io::stdout().lock();
    loop {
        let count = stdin.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        buffer[..count].make_ascii_uppercase();
        stdout.write_all(&buffer[..count])?;
    }
    eprintln!("done"); // The log, which is not part of the result.
    stdout.flush()
}
