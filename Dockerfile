# One stage builds, with its tools in a layer of their own; the other serves, and holds the program
# and the app's files and nothing else. Both bases are arguments, for registries of one's own.
ARG RUST_IMAGE=rust:1.95-bookworm
ARG RUNTIME_IMAGE=debian:bookworm-slim

FROM ${RUST_IMAGE} AS build
# Node, for wasm-opt, and what compiles C, for SQLite.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends gcc libc6-dev nodejs npm \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src

# The tools take minutes, and change only with the versions that these files name: this layer sees
# nothing else, so `xtask` is alone in its workspace here. Cargo then drops the others' packages
# from the lock, which `xtask` reads a version from; hence the copy.
COPY Cargo.toml Cargo.lock rust-toolchain.toml ./
COPY xtask/ xtask/
RUN sed -i -e 's/^members = .*/members = ["xtask"]/' -e '/^default-members/d' Cargo.toml \
    && cp Cargo.lock whole.lock \
    && cargo build --package xtask \
    && mv whole.lock Cargo.lock \
    && target/debug/xtask tools \
    && rm -rf target

# What cargo builds and downloads outlives the build, in caches that are no part of any image.
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo xtask build \
    && install -D target/release/tidings /out/tidings \
    && cp -r dist /out/web

FROM ${RUNTIME_IMAGE}
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin tidings \
    && install --directory --owner=tidings /data
COPY --from=build /out/tidings /usr/local/bin/tidings
COPY --from=build /out/web /usr/share/tidings/web
ENV TIDINGS_LISTEN=0.0.0.0:3001 \
    TIDINGS_STORE=sqlite:/data/tidings.db \
    TIDINGS_WEB=/usr/share/tidings/web
USER tidings
WORKDIR /data
VOLUME /data
EXPOSE 3001
# The program asks itself: there is no curl here, and none is needed.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 CMD ["tidings", "health"]
ENTRYPOINT ["tidings"]
CMD ["serve"]
