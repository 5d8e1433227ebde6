//! How the program starts: wasm-bindgen's way knows every way in which a page may bring the wasm, old
//! browsers' among them, and weighs as much as a sixth of its script. This page has one way.

/// Where wasm-bindgen's way begins; all behind it is that.
const BEGIN: &str = "\nlet wasmModule, wasmInstance, wasm;\n";
/// What takes its place, called alike. To put the code together and to run it are two tasks: between them a
/// slow phone hears who types.
const START: &str = "
let wasm;
export default async ({ module_or_path }) => {
const imports = __wbg_get_imports();
const { instance } = await WebAssembly.instantiateStreaming(fetch(module_or_path), imports);
wasm = instance.exports;
await new Promise((then) => setTimeout(then));
wasm.__wbindgen_start();
};
";

/// Describes a value for the sentence of a panic, which is left out in release (see [`panics`](super::panics)).
const DESCRIBES: &str = "= debugString(arg1);";

/// The script without the words for panics: whatever is asked to be described is nothing.
pub(super) fn wordless(script: &str) -> String {
    script.replace(DESCRIBES, "= '';")
}

/// The script with the short way; `None` when it is not of the form that is known here.
pub(super) fn shorten(script: &str) -> Option<String> {
    let (before, behind) = script.split_once(BEGIN)?;
    // What it exports is called by the page, and nothing else of it by the wasm.
    let known = behind.trim_end().ends_with("export { initSync, __wbg_init as default };");
    known.then(|| before.to_owned() + START)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_long_way_is_left_out() {
        let end = "function initSync() {}\nexport { initSync, __wbg_init as default };\n";
        let script = shorten(&format!("let a = 1;{BEGIN}{end}")).unwrap();
        assert_eq!(script, format!("let a = 1;{START}"));
    }

    #[test]
    fn a_value_is_described_by_nothing() {
        let script = "const ret = debugString(arg1);\nfunction debugString(val) {}";
        assert_eq!(wordless(script), "const ret = '';\nfunction debugString(val) {}");
    }

    #[test]
    fn a_script_of_another_form_is_left_alone() {
        assert_eq!(shorten("let wasm;\nexport { init };\n"), None);
        assert_eq!(shorten(&format!("{BEGIN}export {{ more }};\n")), None);
    }
}
