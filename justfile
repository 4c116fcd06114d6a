# The menu: everything is done by `cargo xtask`.

# Lists what there is.
default:
    @just --list

# Starts the quickstart bot.
run:
    cargo run

# Runs all tests, on real servers.
test:
    cargo xtask test

# Installs the servers that the tests use.
servers:
    cargo xtask servers

# Runs everything that CI runs.
ci:
    cargo xtask ci

# Checks what the compiler does not: the code map, invariants, dependencies, style.
tidy:
    cargo xtask tidy

# Measures, and writes docs/performance.md.
bench:
    cargo xtask bench

# Runs each fuzz target for a minute.
fuzz:
    cargo xtask fuzz --seconds 60
