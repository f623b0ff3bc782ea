//! What of a mail can be seen: text in boxes of no size, in no size, or in the colour of its ground cannot.
//!
//! Clients of mail show what style sheets and attributes say; whoever hides words there (previews of newsletters, orders
//! to a machine that reads along) writes for somebody else than the reader. No layout is made: what is not plainly unseen
//! counts as seen.

use super::sheet::{Sheet, declarations};
use super::tokens::Tag;

/// Letters smaller than this many pixels or points are no letters.
const TINY: f32 = 2.0;
/// How far each part of two colours may differ, at most, for them to be one to the eye.
const SAME: u8 = 10;

/// How far the parts of a colour differ, at least, that is no grey.
const BRIGHT: u8 = 60;

type Colour = [u8; 3];

/// What text is written in.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ink {
    Colour(Colour),
    /// It cannot be told.
    Some,
    /// No colour at all.
    Clear,
}

/// How text in an element looks; what is inside inherits it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sight {
    ink: Ink,
    /// `None` if it cannot be told.
    ground: Option<Colour>,
    tiny: bool,
    /// In a box that does not show.
    gone: bool,
    /// `visibility: hidden`, which something inside may undo.
    veiled: bool,
}

impl Default for Sight {
    fn default() -> Self {
        let (ink, ground) = (Ink::Colour([0; 3]), Some([255; 3]));
        Self { ink, ground, tiny: false, gone: false, veiled: false }
    }
}

impl Sight {
    /// How text looks in an element inside this one.
    pub(super) fn inside(self, tag: &Tag<'_>, sheet: &Sheet) -> Self {
        let mut sight = self;
        for (name, value) in &tag.attributes {
            match name.to_ascii_lowercase().as_str() {
                "bgcolor" => sight.ground = colour(&value.to_lowercase()),
                "background" => sight.ground = None,
                "color" | "text" => sight.paint(&value.to_lowercase()),
                _ => {}
            }
        }
        let mut shape = Shape::default();
        sheet.of(tag, |rules| rules.iter().for_each(|(name, value)| sight.apply(name, value, &mut shape)));
        let own = tag.attribute("style");
        declarations(&own).for_each(|(name, value)| sight.apply(name, value, &mut shape));
        sight.gone |= shape.hides();
        sight
    }

    /// Whether text can be read here, whatever its colour.
    pub(super) fn shows(self) -> bool {
        !self.gone && !self.veiled && !self.tiny
    }

    /// Whether text stands out from its ground.
    pub(super) fn stands_out(self) -> bool {
        let same = |ink: Colour, ground: Colour| ink.iter().zip(ground).all(|(a, b)| a.abs_diff(b) <= SAME);
        match self.ink {
            Ink::Colour(ink) => !self.ground.is_some_and(|ground| same(ink, ground)),
            Ink::Some => true,
            Ink::Clear => false,
        }
    }

    /// Whether it has a colour of its own, as answers have between lines that are quoted.
    pub(super) fn is_coloured(self) -> bool {
        let Ink::Colour(parts) = self.ink else { return false };
        let (most, least) = (parts.iter().max(), parts.iter().min());
        most.zip(least).is_some_and(|(most, least)| most - least >= BRIGHT)
    }

    fn paint(&mut self, value: &str) {
        if !matches!(value, "inherit" | "" | "currentcolor") {
            let known = || colour(value).map_or(Ink::Some, Ink::Colour);
            self.ink = if is_clear(value) { Ink::Clear } else { known() };
        }
    }

    fn apply(&mut self, name: &str, value: &str, shape: &mut Shape) {
        let value = value.trim_end_matches("!important").trim();
        match name {
            "color" => self.paint(value),
            "background" | "background-color" | "background-image" => self.fill(name, value),
            "font-size" => self.tiny = tiny(value, self.tiny),
            "visibility" => self.veiled = matches!(value, "hidden" | "collapse"),
            "display" => shape.none = value == "none",
            "opacity" => shape.clear = number(value).is_some_and(|(much, _)| much < 0.05),
            "overflow" | "overflow-x" | "overflow-y" => shape.clipped = matches!(value, "hidden" | "clip"),
            "height" | "max-height" | "width" | "max-width" => {
                let small = number(value).is_some_and(|(much, unit)| much < 2.0 && (much == 0.0 || unit == "px"));
                shape.flat |= small;
            }
            "position" => shape.placed = matches!(value, "absolute" | "fixed"),
            "clip" => shape.cut = value.starts_with("rect(0") || value.starts_with("rect(1px"),
            "left" | "top" | "right" | "bottom" => shape.away |= far(value),
            "text-indent" => shape.indented = far(value),
            "mso-hide" => shape.none |= value == "all",
            _ => {}
        }
    }

    fn fill(&mut self, name: &str, value: &str) {
        if value.contains("url(") || value.contains("gradient") {
            self.ground = None;
        } else if name != "background-image" && !is_clear(value) && !matches!(value, "inherit" | "none" | "initial") {
            // A short form may say more than a colour.
            self.ground = colour(value).or_else(|| value.split(' ').find_map(colour));
        }
    }
}

/// What an element's own box says.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one property of the style")]
struct Shape {
    none: bool,
    clear: bool,
    clipped: bool,
    flat: bool,
    placed: bool,
    cut: bool,
    away: bool,
    indented: bool,
}

impl Shape {
    fn hides(&self) -> bool {
        self.none || self.clear || self.clipped && self.flat || self.placed && (self.cut || self.away) || self.indented
    }
}

/// Whether a distance leads out of the page.
fn far(value: &str) -> bool {
    number(value).is_some_and(|(much, unit)| much <= if matches!(unit, "px" | "pt") { -500.0 } else { -50.0 })
}

/// Whether letters of this size cannot be read, inside of what cannot or can.
fn tiny(value: &str, around: bool) -> bool {
    match number(value) {
        Some((much, "" | "px" | "pt")) => much < TINY,
        Some((much, "rem")) => much < 0.15,
        Some((much, "%")) => around || much < 15.0,
        Some((much, _)) => around || much < 0.15,
        None => around && matches!(value, "inherit" | "smaller" | "larger"),
    }
}

/// A number and its unit.
fn number(value: &str) -> Option<(f32, &str)> {
    let end = value.find(|letter: char| !matches!(letter, '0'..='9' | '.' | '-' | '+')).unwrap_or(value.len());
    let (much, unit) = value.split_at(end);
    Some((much.parse().ok()?, unit.trim()))
}

fn is_clear(value: &str) -> bool {
    let nothing = |parts: &str| {
        let opaque = parts.trim_end_matches(')').rsplit([',', '/']).next().map(str::trim).and_then(number);
        opaque.is_some_and(|(much, _)| much < 0.05)
    };
    value == "transparent" || (value.starts_with("rgba(") || value.starts_with("hsla(")) && nothing(value)
}

/// A colour as style sheets write it; `None` for what is not known.
fn colour(value: &str) -> Option<Colour> {
    if let Some(parts) = value.strip_prefix("rgba(").or_else(|| value.strip_prefix("rgb(")) {
        let mut parts = parts.split([',', ' ', '/', ')']).filter(|part| !part.is_empty());
        let mut next = || parts.next().and_then(|part| part.parse::<u8>().ok());
        return Some([next()?, next()?, next()?]);
    }
    let digits = value.strip_prefix('#').unwrap_or(value);
    if digits.is_ascii() && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let part = |from: usize, length: usize| u8::from_str_radix(&digits[from..from + length], 16).ok();
        return match digits.len() {
            3 | 4 => Some([part(0, 1)? * 17, part(1, 1)? * 17, part(2, 1)? * 17]),
            6 | 8 => Some([part(0, 2)?, part(2, 2)?, part(4, 2)?]),
            _ => None,
        };
    }
    Some(match value {
        "white" | "window" => [255; 3],
        "black" | "windowtext" => [0; 3],
        "snow" | "ghostwhite" | "floralwhite" | "ivory" | "mintcream" | "azure" => [250; 3],
        "whitesmoke" => [245; 3],
        "gray" | "grey" => [128; 3],
        "lightgray" | "lightgrey" => [211; 3],
        "silver" => [192; 3],
        "red" => [255, 0, 0],
        "green" => [0, 128, 0],
        "blue" => [0, 0, 255],
        "navy" => [0, 0, 128],
        "yellow" => [255, 255, 0],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::lines;

    fn seen(html: &str) -> String {
        let lines = lines(html, false).seen;
        let written = lines.iter().filter(|line| !line.is_blank());
        written.map(|line| line.text.as_str()).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn words_that_cannot_be_seen_are_left_out() {
        for style in [
            "display:none",
            "DISPLAY: None !important",
            "visibility:hidden",
            "font-size:0",
            "font-size: 0px; line-height:0",
            "font-size:1px",
            "font-size:0.01em",
            "opacity:0",
            "max-height:0;overflow:hidden",
            "height:1px;width:1px;overflow:hidden",
            "position:absolute;left:-9999px",
            "text-indent:-9999px",
            "color:white",
            "color:#FFF",
            "color:#fefefe",
            "color:rgb(255, 255, 255)",
            "color:transparent",
            "color:rgba(0,0,0,0)",
            "background:#123456;color:#123456",
        ] {
            assert_eq!(seen(&format!("<p>a</p><div style=\"{style}\">b <b>c</b></div><p>d</p>")), "a|d", "{style}");
        }
        for html in [
            "a<font color=white>b</font>",
            "a<span hidden>b</span>",
            "<body bgcolor='#F4F4F4'>a<table><tr><td><span style='color:#f4f4f4'>b</span></td></tr></table>",
            "<div style='background-color:#000;color:#ddd'>a<p><span style='color:black'>b</span></div>",
            "<style>.x { color: red } .pre, p.y {display:none}</style>a<span class='k pre'>b</span>",
            "<div style='display:none'><p>b<p>c</div>a",
        ] {
            assert_eq!(seen(html), "a", "{html}");
        }
    }

    #[test]
    fn words_that_can_be_seen_stay() {
        for html in [
            "<table style='font-size:0'><tr><td style='font-size:14px'>a</table>",
            "<td bgcolor=#0066cc><a style='color:#ffffff'>a</a></td>",
            "<div style='background:#06c url(x.png)'><p style='color:white'>a</p></div>",
            "<div style='background:linear-gradient(#000,#333);color:#fff'>a</div>",
            "<style>.button{background:navy} @media print { .a { display:none } }</style><a class=button style='color:#fff'>a</a>",
            "<style>@media (max-width:600px){.a{display:none}}</style><p class=a>a</p>",
            "<div style='color:#fff'><span style='color:black'>a</span></div>",
            "<div style='color:gray'>a</div>",
            "<p style='margin-left:108.0pt;text-indent:-72.0pt'>a</p>",
            "<div style='visibility:hidden'><span style='visibility:visible'>a</span></div>",
            "<div style='max-height:0'>a</div>",
            "<div style='color:var(--ink)'>a</div>",
            "<div style='opacity:0.9;overflow:hidden;width:100%'>a</div>",
            "<div style='color:rgb(33,33,33);background-color:rgb(255,255,255)'>a</div>",
        ] {
            assert_eq!(seen(html), "a", "{html}");
        }
    }

    #[test]
    fn words_in_the_colour_of_their_ground_are_there_for_whoever_asks() {
        let html = "<div style='color:#fff'>written in dark mode</div>";
        assert_eq!(seen(html), "");
        assert_eq!(lines(html, true).seen[0].text, "written in dark mode");
    }
}
