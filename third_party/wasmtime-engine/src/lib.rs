// Re-exported so that the linker keeps the C symbols of the dependency.
pub use wasmtime_c_api::*;
