use nuncio_sdk::prelude::*;

fn main() {
    let who = "ann";
    let _unknown = text!["Hello, {whom}!"];
    let _open = text!["Hello, {who!"];
    let _unnamed = text!["Hello, {}!"];
    let _fine = text!["Hello, {who}!"];
}
