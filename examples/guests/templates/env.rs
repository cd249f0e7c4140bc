// A guest of convention `gstd:env`, in Rust: the host calls `main`, which takes its input and gives its output byte by byte. This one
// turns small ASCII letters into capitals.
// Build: rustc --target wasm32-unknown-unknown --crate-type cdylib -C opt-level=2 -C strip=symbols env.rs
#[link(wasm_import_module = "env")]
extern "C" {
    fn get_input_length() -> i32;
    fn get_input_byte(index: i32) -> i32;
    fn set_output_length(length: i32);
    fn set_output_byte(index: i32, value: i32);
    fn log_string(text: *const u8, length: i32);
}

#[export_name = "main"]
pub extern "C" fn run() -> i32 {
    unsafe {
        let length = get_input_length();
        for i in 0..length {
            set_output_byte(i, (get_input_byte(i) as u8).to_ascii_uppercase().into());
        }
        set_output_length(length);
        log_string("done".as_ptr(), 4);
        length // The result where the output has no bytes.
    }
}
