import DHCPServer
import Settings

/// A configuration of the DHCP server, named on the command line.
struct DHCPConfigurationFile {
    let path: String

    /// Reads it; shows what is wrong with it on standard error, and throws if that is too much.
    func load() throws(Failure) -> ServerConfiguration {
        let (configuration, diagnostics) = ServerConfiguration.load(file: path)
        if let failure = ConfigurationFile.unreadable(diagnostics) { throw failure }
        let text = diagnostics.text(isColoured: Style(of: .standardError).isColoured)
        if !text.isEmpty { Stream.standardError.write(text + "\n") }
        guard let configuration else {
            throw Failure(.configuration, ConfigurationFile.count(diagnostics) + " in \(path)")
        }
        return configuration
    }
}
