//! Copies the C headers that the dependency generated (`conf.h` included) to the folder that
//! `GSTD_WASMTIME_HEADER_DST` names, so that CMake finds them at a place of its own choosing.

use std::{env, fs, io, path::Path};

fn copy_tree(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_tree(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}

fn main() {
    println!("cargo:rerun-if-env-changed=GSTD_WASMTIME_HEADER_DST");
    let Ok(destination) = env::var("GSTD_WASMTIME_HEADER_DST") else {
        return;
    };
    let headers = env::var("DEP_WASMTIME_C_API_INCLUDE")
        .expect("wasmtime-c-api-impl did not say where its headers are");
    copy_tree(Path::new(&headers), Path::new(&destination)).expect("cannot copy the C headers");
}
