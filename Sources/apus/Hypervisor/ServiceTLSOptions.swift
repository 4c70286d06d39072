import ArgumentParser
import Hypervisor

/// The files of mutual TLS, of a server or a client, which an address over TCP takes.
struct ServiceTLSOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Our certificate, in PEM form.", valueName: "file"), completion: .file())
    var tlsCertificate: String?

    @Option(help: ArgumentHelp("Its key, in PEM form.", valueName: "file"), completion: .file())
    var tlsKey: String?

    @Option(
        help: ArgumentHelp("The roots of those at the other end, in PEM form.", valueName: "file"), completion: .file())
    var tlsTrusted: String?

    /// Nil unless all three are given.
    var files: ServingTLS? {
        guard let tlsCertificate, let tlsKey, let tlsTrusted else { return nil }
        return ServingTLS(certificate: tlsCertificate, key: tlsKey, trusted: tlsTrusted)
    }

    func validate() throws {
        let given = [tlsCertificate, tlsKey, tlsTrusted].count { $0 != nil }
        guard given == 0 || given == 3 else {
            throw ValidationError("--tls-certificate, --tls-key and --tls-trusted go together")
        }
    }
}
