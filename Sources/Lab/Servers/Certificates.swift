/// An authority of a test's own and the certificates it signs, made by `openssl`.
///
/// Keys are of P-256; everything is valid for two days. The folder goes with the last reference.
package final class Certificates: Sendable {
    /// A certificate's and its key's PEM files.
    package struct Identity: Sendable {
        package let certificate: String
        package let key: String
    }

    /// The authority's certificate, a PEM file.
    package let authority: String

    private let folder: TemporaryFolder
    private let authorityKey: String

    /// Makes an authority.
    package init(_ name: String = "Laboratory") async throws {
        folder = try TemporaryFolder("certificates")
        authority = folder.file("ca.pem")
        authorityKey = folder.file("ca.key")
        try await Command.output(
            "openssl",
            ["req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-days", "2"]
                + ["-subj", "/CN=\(name)", "-keyout", authorityKey, "-out", authority])
    }

    /// Signs a server's certificate for the names and addresses given, in the form of a certificate's alternative names.
    ///
    /// `days` may be negative for one that has expired; `usage` is `clientAuth` for a client's, or both with a comma between.
    package func identity(
        _ label: String, names: [String] = ["DNS:localhost", "IP:127.0.0.1"], days: Int = 2,
        usage: String = "serverAuth"
    ) async throws -> Identity {
        let identity = Identity(certificate: folder.file("\(label).pem"), key: folder.file("\(label).key"))
        let request = folder.file("\(label).csr")
        try await Command.output(
            "openssl",
            ["req", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-subj", "/CN=\(label)"]
                + ["-keyout", identity.key, "-out", request])
        let extensions = try folder.write(
            "subjectAltName=\(names.joined(separator: ","))\nextendedKeyUsage=\(usage)\n", to: "\(label).ext")
        try await Command.output(
            "openssl",
            ["x509", "-req", "-in", request, "-CA", authority, "-CAkey", authorityKey, "-CAcreateserial"]
                + ["-days", "\(days)", "-extfile", extensions, "-out", identity.certificate])
        return identity
    }
}
