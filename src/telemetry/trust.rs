//! Trust: what to do when the certificate of a server is refused.

/// What rustls says of an authority that is not among those to trust.
const UNKNOWN: &str = "invalid peer certificate: UnknownIssuer";
/// What it says of an authority that is called like one of those, and is another: the same made anew, for one.
const NAMESAKE: &str = "invalid peer certificate: BadSignature";
/// What it says of a certificate for other names.
const OTHER_NAME: &str = "certificate not valid for name";
/// What it says of one whose time is over.
const OVER: &str = "certificate expired";

/// An error, with the cure behind it when a certificate is what is wrong. `section` is that of the server in the settings.
pub(crate) fn told(mut error: String, section: &str) -> String {
    let cure = if error.contains(UNKNOWN) || error.contains(NAMESAKE) {
        format!("; name the certificate of the authority that signed the server's in {section}.ca_file")
    } else if error.contains(OTHER_NAME) {
        format!("; in {section}.url call the server by a name that its certificate has, or give it one for this name")
    } else if error.contains(OVER) {
        "; give the server a new certificate, and look at this machine's clock".to_owned()
    } else {
        return error;
    };
    error.push_str(&cure);
    error
}
