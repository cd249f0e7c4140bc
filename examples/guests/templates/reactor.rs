// A guest of convention `reactor`, in Rust: the host asks `alloc` where to put an input and calls `run` for each, on one instance.
// This one turns small ASCII letters into capitals, in place.
// Build: rustc --target wasm32-unknown-unknown --crate-type cdylib -C opt-level=2 -C strip=symbols reactor.rs
use std::cell::RefCell;

thread_local! {
    // Kept from call to call, so that many calls need little memory.
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

#[no_mangle]
pub extern "C" fn alloc(length: usize) -> *mut u8 {
    BUFFER.with_borrow_mut(|buffer| {
        buffer.resize(length, 0);
        buffer.as_mut_ptr()
    })
}

/// The result: its address in the high and its length in the low 32 bits. It may lie there until the next call.
#[no_mangle]
pub extern "C" fn run(_input: *mut u8, _length: usize) -> u64 {
    BUFFER.with_borrow_mut(|buffer| {
        buffer.make_ascii_uppercase();
        (buffer.as_ptr() as u64) << 32 | buffer.len() as u64
    })
}
