//! Knowledge: the company's own articles, dated and owned, that the bot answers from.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use rust_embed::RustEmbed;

use super::front_matter::{MAX_FILE_BYTES, read_article};
use crate::routing::problem::Problem;
use crate::routing::{IntentName, Language, near};

/// The most articles in a folder.
const MAX_ARTICLES: usize = 2_000;

/// An article that customers may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    /// The file that it was read from.
    pub file: String,
    /// Its title.
    pub title: String,
    /// Its language: it answers questions in this one alone.
    pub language: Language,
    /// The day of its last change, `YYYY-MM-DD`.
    pub version: String,
    /// Where customers can read it.
    pub source: String,
    /// Who answers for what it says.
    pub owner: String,
    /// What customers want who are answered by it.
    pub intents: Vec<ListedIntent>,
    /// Its text, in Markdown.
    pub body: String,
}

/// An intent that an article lists, with its place in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedIntent {
    /// The intent.
    pub name: IntentName,
    /// The line, from 1.
    pub line: u32,
    /// The column in Unicode scalar values, from 1.
    pub column: u32,
}

/// Articles that were read without a problem.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Knowledge {
    articles: Vec<Article>,
}

/// The demo shop's articles, compiled in.
#[derive(RustEmbed)]
#[folder = "deploy/demo/knowledge"]
struct Shipped;

impl Knowledge {
    /// The articles of the demo shop, for a start without any file.
    ///
    /// # Errors
    /// Never in a release: a test reads them.
    pub fn shipped() -> Result<Self, Vec<Problem>> {
        let articles = Shipped::iter().filter(|name| name.ends_with(".md"));
        let files = articles.filter_map(|name| {
            let content = Shipped::get(&name)?.data.into_owned();
            Some((name.into_owned(), content))
        });
        Self::read_files(files)
    }

    /// Reads the `*.md` files of a folder; other files and folders in it are left alone.
    ///
    /// # Errors
    /// Everything that is wrong with any of them.
    pub fn read_folder(folder: &Path) -> Result<Self, Vec<Problem>> {
        let paths = match article_paths(folder) {
            Ok(paths) => paths,
            Err(error) => {
                let remedy = "name a folder that can be read, or leave out [knowledge] for a bot that knows nothing";
                return Err(vec![at_start(folder, format!("the folder cannot be read: {error}"), remedy)]);
            }
        };
        if paths.is_empty() {
            let message = "the folder holds no *.md file".to_owned();
            return Err(vec![at_start(folder, message, "put articles into it, or name another folder")]);
        }
        if paths.len() > MAX_ARTICLES {
            let message = format!("the folder holds {} articles, more than {MAX_ARTICLES}", paths.len());
            return Err(vec![at_start(folder, message, "merge or remove articles")]);
        }
        let mut unreadable = Vec::new();
        let mut files = Vec::new();
        for path in &paths {
            match read_at_most(path) {
                Ok(bytes) => files.push((path.display().to_string(), bytes)),
                Err(error) => {
                    unreadable.push(at_start(path, format!("the file cannot be read: {error}"), "make it readable"));
                }
            }
        }
        match Self::read_files(files) {
            Ok(knowledge) if unreadable.is_empty() => Ok(knowledge),
            Ok(_) => Err(unreadable),
            Err(problems) => Err(unreadable.into_iter().chain(problems).collect()),
        }
    }

    /// Reads articles from named contents.
    ///
    /// # Errors
    /// Everything that is wrong with any of them.
    pub fn read_files(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut articles = Vec::new();
        for (file, bytes) in files {
            match read_article(&file, &bytes) {
                Ok(article) => articles.push(article),
                Err(found) => problems.extend(found),
            }
        }
        problems.extend(duplicate_titles(&articles));
        if problems.is_empty() { Ok(Self { articles }) } else { Err(problems) }
    }

    /// Articles that come from elsewhere than files.
    #[must_use]
    pub fn of(articles: Vec<Article>) -> Self {
        Self { articles }
    }

    /// The articles, in the order of their files.
    #[must_use]
    pub fn articles(&self) -> &[Article] {
        &self.articles
    }

    /// The articles themselves.
    #[must_use]
    pub fn into_articles(self) -> Vec<Article> {
        self.articles
    }

    /// A problem for each intent that an article lists and the routing does not declare.
    #[must_use]
    pub fn undeclared_intents(&self, declared: &[IntentName]) -> Vec<Problem> {
        let listed = self.articles.iter().flat_map(|a| a.intents.iter().map(move |intent| (a, intent)));
        let missing = listed.filter(|(_, intent)| !declared.contains(&intent.name));
        let problem = |(article, intent): (&Article, &ListedIntent)| Problem {
            file: article.file.clone(),
            line: intent.line,
            column: intent.column,
            message: format!("intent \"{}\" is not declared in the routing", intent.name),
            remedy: near::remedy(intent.name.as_str(), declared.iter().map(IntentName::as_str)),
        };
        missing.map(problem).collect()
    }
}

/// The `*.md` files of a folder, by name.
fn article_paths(folder: &Path) -> io::Result<Vec<std::path::PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if !hidden && path.extension().is_some_and(|extension| extension == "md") && !path.is_dir() {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// What can be seen of the articles of a folder without reading them: it changes when one is edited, comes or goes.
pub type Edition = Vec<(std::path::PathBuf, u64, Option<std::time::SystemTime>)>;

/// The edition of a folder's articles; empty when it cannot be listed.
#[must_use]
pub fn edition(folder: &Path) -> Edition {
    let seen = |path: std::path::PathBuf| {
        let metadata = fs::metadata(&path).ok()?;
        Some((path, metadata.len(), metadata.modified().ok()))
    };
    article_paths(folder).unwrap_or_default().into_iter().filter_map(seen).collect()
}

/// The content of a file, cut just above the size that is refused.
fn read_at_most(path: &Path) -> io::Result<Vec<u8>> {
    let file = fs::File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    let mut bytes = Vec::new();
    io::Read::read_to_end(&mut io::Read::take(file, MAX_FILE_BYTES as u64 + 1), &mut bytes)?;
    Ok(bytes)
}

fn at_start(path: &Path, message: String, remedy: &str) -> Problem {
    Problem { file: path.display().to_string(), line: 1, column: 1, message, remedy: remedy.to_owned() }
}

/// A problem for each article whose title another one of its language has.
fn duplicate_titles(articles: &[Article]) -> Vec<Problem> {
    let mut first: BTreeMap<(Language, String), &str> = BTreeMap::new();
    let mut problems = Vec::new();
    for article in articles {
        let key = (article.language, article.title.to_lowercase());
        if let Some(other) = first.get(&key) {
            let message = format!("{other} has the same title \"{}\" in the same language", article.title);
            problems.push(at_start(Path::new(&article.file), message, "give each article a title of its own"));
        } else {
            first.insert(key, &article.file);
        }
    }
    problems
}
