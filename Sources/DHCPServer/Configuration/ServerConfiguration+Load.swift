package import Settings

extension ServerConfiguration {
    /// Reads a configuration and says everything that is wrong with it.
    ///
    /// There is a configuration if no diagnostic is an error; they come in the file's order, warnings among them.
    package static func load(text: String, name: String) -> (ServerConfiguration?, [Diagnostic]) {
        load(Source(name: name, text: text))
    }

    /// Reads a configuration file.
    ///
    /// A file that cannot be read is one diagnostic with code `.unreadable` and the system's error number.
    package static func load(file path: String) -> (ServerConfiguration?, [Diagnostic]) {
        do {
            return load(try Source.file(at: path))
        } catch {
            return (nil, [error])
        }
    }

    /// Reads a configuration from a text that may be anything, UTF-8 or not.
    package static func load(_ source: Source) -> (ServerConfiguration?, [Diagnostic]) {
        let (draft, reader) = fileSchema.read(source)
        guard let draft else { return (nil, reader.finish()) }
        var check = ConfigurationCheck(draft, reader)
        let configuration = check.configuration()
        let isUsable = check.reader.errorCount == 0
        return (isUsable ? configuration : nil, check.reader.finish())
    }

    /// The JSON schema of the configuration file, for editors; no line break at the end.
    package static var jsonSchema: String {
        fileSchema.jsonSchema(
            identifier: "https://apus.example/schema/dhcp-1.json", title: "Configuration of apus dhcp"
        ).text()
    }

    /// The reference page of the configuration file, in Markdown; no line break at the end.
    package static var referencePage: String {
        fileSchema.referencePage(title: "Configuration of the DHCP server", introduction: introduction)
    }

    private static let introduction = """
        <!-- Written by `apus dhcp schema --markdown`; the tests hold it against the program. -->

        One YAML file says everything. The smallest one that is of use:

        ```yaml
        version: 1
        networks:
          lan:
            interface: eth0
            v4:
              subnet: 192.168.1.0/24
              pools: 192.168.1.100-192.168.1.199
              options: { routers: 192.168.1.1, dns_servers: 192.168.1.1 }
        ```

        `apus dhcp check FILE` finds every mistake before anything runs, and `apus dhcp schema --json-schema` prints a
        schema for editors. Complete files are in [Examples](../../Examples).

        - The order of keys and networks means nothing; that of classes and of pools does: the first counts.
        - A duration is a whole number with `ms`, `s`, `m` or `h`.
        - `true` and `false` are the only switches; a key without a value is a mistake. To get a default, leave the key out.
        - A name, which stands for `NAME` below, has 1 to 64 letters, digits, `_`, `-` and `.`.
        - Where a list may stand, one value may stand alone.
        - The file is UTF-8 with at most 1 MiB. YAML's anchors, aliases, tags and merge keys are refused.
        """
}
