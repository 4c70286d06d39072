/// What listens on a port, by its own account.
///
/// Every text in it came from the network; `Sanitizer` has made it safe to print.
public struct ServiceIdentity: Hashable, Sendable {
    /// The protocol spoken, by the name that IANA or custom gives it: `http`, `ssh`.
    public var name: String

    /// Whether it is spoken inside of TLS.
    public var isEncrypted = false

    /// The program: `nginx`, `OpenSSH`.
    public var product: String?
    public var version: String?

    /// What else it said, in a few words.
    public var extraInformation: String?

    /// The name that it gives its host.
    public var hostName: String?

    /// The operating system that it names, such as `Linux`.
    public var operatingSystem: String?

    /// Names of the product in the Common Platform Enumeration, in its URI form: `cpe:/a:f5:nginx:1.22.1`.
    public var platforms: [String] = []

    /// The certificate that it showed, and what TLS agreed on.
    public var certificate: CertificateSummary?

    /// How sure it is.
    public var confidence: Confidence

    /// The first octets that it sent, made printable; for services that no rule knows.
    public var banner: String?

    public init(_ name: String, _ confidence: Confidence = .spoken) {
        (self.name, self.confidence) = (name, confidence)
    }

    /// How a service came by its name.
    public enum Confidence: Int, Hashable, Sendable, Comparable {
        /// By the number of the port alone.
        case portNumber = 3
        /// Something answered, and it looks like it.
        case resembled = 7
        /// A handshake of the protocol succeeded.
        case spoken = 10

        public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }
}

/// What a TLS server showed.
public struct CertificateSummary: Hashable, Sendable {
    public var subject: String
    public var issuer: String

    /// The names that it answers for, at most `limit`.
    public var names: [String]

    /// When it begins and ends, in seconds since 1970.
    public var notBefore: Int64, notAfter: Int64

    /// SHA-256 over its octets, in hexadecimal.
    public var fingerprint: String

    /// Such as `TLSv1.3`.
    public var version: String
    public var cipher: String

    /// The protocol that the server chose among those offered.
    public var applicationProtocol: String?

    /// The most names that are kept.
    public static let limit = 32

    public init(
        subject: String, issuer: String, names: [String], notBefore: Int64, notAfter: Int64, fingerprint: String,
        version: String, cipher: String, applicationProtocol: String?
    ) {
        (self.subject, self.issuer, self.names) = (subject, issuer, names)
        (self.notBefore, self.notAfter, self.fingerprint) = (notBefore, notAfter, fingerprint)
        (self.version, self.cipher, self.applicationProtocol) = (version, cipher, applicationProtocol)
    }
}
