//! Reading the sources: files, functions, and paths, without what is only compiled for tests.

use std::fs;
use std::path::Path;

use syn::spanned::Spanned;
use syn::visit::{self, Visit};

/// A source file.
pub(super) struct SourceFile {
    /// Its path in the repository.
    pub(super) path: String,
    /// Its text.
    pub(super) text: String,
}

/// Everything that people wrote here in Rust.
pub(super) fn written() -> Vec<SourceFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["src", "channels", "triage", "tests", "benches"] {
        collect(root, &root.join(folder), &mut files);
    }
    assert!(files.len() > 20, "the sources are not where they were");
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// What ships: no tests, no benches.
pub(super) fn shipped() -> Vec<SourceFile> {
    let files = written();
    let in_source =
        |file: &SourceFile| ["src/", "channels/src/", "triage/src/"].iter().any(|s| file.path.starts_with(s));
    let for_tests: Vec<Vec<String>> =
        files.iter().filter(|file| in_source(file)).flat_map(SourceFile::test_modules).collect();
    let ships = |file: &SourceFile| {
        let module = file.place();
        in_source(file) && !file.path.ends_with("_tests.rs") && !for_tests.iter().any(|other| module.starts_with(other))
    };
    files.into_iter().filter(ships).collect()
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<SourceFile>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() && !path.ends_with("node_modules") && !path.ends_with("target") {
            collect(root, &path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let path = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            files.push(SourceFile { path, text });
        }
    }
}

impl SourceFile {
    pub(super) fn lines(&self) -> usize {
        self.text.lines().count()
    }

    /// The room that the file is in: the first module under the crate, for files of the daemon.
    pub(super) fn room(&self) -> Option<String> {
        let inside = self.path.strip_prefix("src/")?;
        let room = inside.split('/').next()?.trim_end_matches(".rs");
        (!matches!(room, "main" | "lib")).then(|| room.to_owned())
    }

    /// The modules from the crate down to this file.
    pub(super) fn module(&self) -> Vec<String> {
        let inside =
            self.path.split_once("src/").map_or(self.path.as_str(), |(_, inside)| inside).trim_end_matches(".rs");
        inside.split('/').filter(|part| !matches!(*part, "mod" | "main" | "lib")).map(str::to_owned).collect()
    }

    /// The crate and the modules from it down to this file.
    fn place(&self) -> Vec<String> {
        let root = self.path.split_once("/src/").map_or("wissel", |(root, _)| root);
        std::iter::once(root.to_owned()).chain(self.module()).collect()
    }

    /// Modules in files of their own that are only compiled for tests.
    fn test_modules(&self) -> Vec<Vec<String>> {
        let items = self.syntax().items.into_iter();
        let names = items.filter_map(|item| match item {
            syn::Item::Mod(item) if item.content.is_none() && is_for_tests(&item.attrs) => Some(item.ident.to_string()),
            _ => None,
        });
        names.map(|name| self.place().into_iter().chain([name]).collect()).collect()
    }

    fn syntax(&self) -> syn::File {
        syn::parse_file(&self.text).unwrap_or_else(|error| panic!("{}: {error}", self.path))
    }

    /// Every function with its number of lines.
    pub(super) fn functions(&self) -> Vec<(String, usize)> {
        let mut found = Functions { path: &self.path, found: Vec::new() };
        found.visit_file(&self.syntax());
        found.found
    }

    /// Every place that unwraps.
    pub(super) fn unwraps(&self) -> Vec<String> {
        let mut found = Unwraps { path: &self.path, found: Vec::new() };
        found.visit_file(&self.syntax());
        found.found
    }

    /// Every path that is used, with the line, split at `::`.
    pub(super) fn paths(&self) -> Vec<(usize, Vec<String>)> {
        let mut found = Paths { module: self.module(), found: Vec::new() };
        found.visit_file(&self.syntax());
        found.found
    }
}

/// Whether an item is only compiled for tests.
fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("test")
            || attribute.path().is_ident("cfg")
                && attribute.parse_args::<syn::Path>().is_ok_and(|condition| condition.is_ident("test"))
    })
}

/// Skips what is only compiled for tests.
macro_rules! skip_tests {
    () => {
        fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
            if !is_for_tests(&item.attrs) {
                self.module(item);
            }
        }
        fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
            if !is_for_tests(&item.attrs) {
                visit::visit_item_impl(self, item);
            }
        }
        fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
            if !is_for_tests(&item.attrs) {
                self.import(item);
            }
        }
    };
}

/// What finders share.
trait Finder<'ast>: Visit<'ast> {
    fn module(&mut self, item: &'ast syn::ItemMod) {
        visit::visit_item_mod(self, item);
    }
    fn import(&mut self, item: &'ast syn::ItemUse) {
        visit::visit_item_use(self, item);
    }
}

struct Functions<'a> {
    path: &'a str,
    found: Vec<(String, usize)>,
}

impl Functions<'_> {
    fn note(&mut self, signature: &syn::Signature, body: &syn::Block) {
        let (start, end) = (signature.span().start().line, body.span().end().line);
        self.found.push((format!("{}:{start}: {}", self.path, signature.ident), end + 1 - start));
    }
}

impl Finder<'_> for Functions<'_> {}

impl<'ast> Visit<'ast> for Functions<'_> {
    skip_tests!();

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if !is_for_tests(&item.attrs) {
            self.note(&item.sig, &item.block);
            visit::visit_item_fn(self, item);
        }
    }
    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        if !is_for_tests(&item.attrs) {
            self.note(&item.sig, &item.block);
            visit::visit_impl_item_fn(self, item);
        }
    }
    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(body) = &item.default {
            self.note(&item.sig, body);
        }
        visit::visit_trait_item_fn(self, item);
    }
}

/// Whether an argument is a text written in place: others have methods of their own that are called `expect`.
fn is_text(argument: &syn::Expr) -> bool {
    match argument {
        syn::Expr::Lit(literal) => matches!(literal.lit, syn::Lit::Str(_)),
        syn::Expr::Reference(reference) => matches!(*reference.expr, syn::Expr::Macro(_)),
        _ => false,
    }
}

struct Unwraps<'a> {
    path: &'a str,
    found: Vec<String>,
}

impl Finder<'_> for Unwraps<'_> {}

impl<'ast> Visit<'ast> for Unwraps<'_> {
    skip_tests!();

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if !is_for_tests(&item.attrs) {
            visit::visit_item_fn(self, item);
        }
    }
    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        let panics = match call.args.len() {
            0 => call.method == "unwrap" || call.method == "unwrap_err",
            1 => (call.method == "expect" || call.method == "expect_err") && is_text(&call.args[0]),
            _ => false,
        };
        if panics {
            let line = call.method.span().start().line;
            self.found.push(format!("{}:{line}: {} may panic; give the error to the caller", self.path, call.method));
        }
        visit::visit_expr_method_call(self, call);
    }
}

struct Paths {
    module: Vec<String>,
    found: Vec<(usize, Vec<String>)>,
}

impl Paths {
    /// Notes a path as seen from the crate, where it is one of ours.
    fn note(&mut self, line: usize, segments: &[String]) {
        let supers = segments.iter().take_while(|segment| *segment == "super").count();
        let resolved = match segments.first().map(String::as_str) {
            Some("super") => {
                let above = self.module.len().saturating_sub(supers);
                let base = self.module[..above].iter().chain(&segments[supers..]);
                std::iter::once("crate".to_owned()).chain(base.cloned()).collect()
            }
            _ => segments.to_vec(),
        };
        self.found.push((line, resolved));
    }

    fn tree(&mut self, before: &[String], tree: &syn::UseTree) {
        let with = |ident: &syn::Ident| before.iter().cloned().chain([ident.to_string()]).collect::<Vec<_>>();
        let line = tree.span().start().line;
        match tree {
            syn::UseTree::Path(path) => self.tree(&with(&path.ident), &path.tree),
            syn::UseTree::Name(name) => self.note(line, &with(&name.ident)),
            syn::UseTree::Rename(rename) => self.note(line, &with(&rename.ident)),
            syn::UseTree::Glob(_) => self.note(line, before),
            syn::UseTree::Group(group) => group.items.iter().for_each(|item| self.tree(before, item)),
        }
    }
}

impl<'ast> Finder<'ast> for Paths {
    fn module(&mut self, item: &'ast syn::ItemMod) {
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }
    fn import(&mut self, item: &'ast syn::ItemUse) {
        self.tree(&[], &item.tree);
    }
}

impl<'ast> Visit<'ast> for Paths {
    skip_tests!();

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if !is_for_tests(&item.attrs) {
            visit::visit_item_fn(self, item);
        }
    }
    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if segments.len() > 1 {
            self.note(path.span().start().line, &segments);
        }
        visit::visit_path(self, path);
    }
}
