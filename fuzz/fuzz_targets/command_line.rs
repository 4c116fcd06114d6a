#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| nuncio_fuzz::command_line::check(data));
