import Linux
package import Settings

extension RegionConfiguration {
    static let fileSchema = Schema<RegionDraft>.record(
        "configuration", "What `rns` keeps, and whom it serves.", initial: RegionDraft(),
        [
            Key(required: "version", \.version, .integer(1...1), "The version of this format."),
            Key("etcd", \.etcd, etcd, "The etcd cluster that keeps the region; any number of instances may share it."),
            Key(
                "file", \.file, path.placed, standard: "/var/lib/apus/rns.sqlite",
                "The file that keeps the region of a single instance, an SQLite database; not with `etcd`."),
            Key(
                "listen", \.listen, endpoint.placed.list(1...16), standard: "unix:/run/apus/rns.sock",
                "Where gRPC is served: `unix:/PATH`, or `tcp:ADDRESS:PORT`, which takes `tls`."),
            Key("tls", \.tls, files, "Who this instance is to clients and to hypervisors, and whom it trusts."),
            Key(
                "rest", \.rest, address, standard: "off",
                "Where REST is served, in the clear and for everybody who reaches it: keep it on loopback or behind a proxy."
            ),
            Key(
                "metrics", \.metrics, address, standard: "off",
                "Where `/metrics` is served for Prometheus, in the clear and for everybody who reaches it."),
            Key(
                "instance", \.instance, name, standard: "the host's name and a number by chance",
                "What this instance is called; no two of a region may be called the same."),
            Key(
                "shards", \.shards, .integer(1...4096),
                "Into how many shards hypervisors are divided; counts for the first instance of a region alone."),
            Key(
                "lease", \.lease, .duration(.seconds(2) ... .seconds(120)),
                "How long after its last sign of life an instance's share is given to the others."),
            Key(
                "parallel", \.parallel, .integer(1...4096), "How many hypervisors are told something at the same time."),
        ])

    private static let etcd = Schema<RegionDraft.Etcd>.record(
        "etcd", "An etcd cluster.", initial: RegionDraft.Etcd(),
        [
            Key(
                required: "endpoints", \.endpoints, member.placed.list(1...16),
                "Its members: `http://HOST:PORT`, or `https://HOST:PORT`, which takes `tls`."),
            Key("tls", \.tls, files, "Who this instance is to etcd, and whom it trusts."),
        ])

    private static let files = Schema<RegionDraft.Files>.record(
        "tls", "The files of mutual TLS, in PEM form.", initial: RegionDraft.Files(),
        [
            Key(required: "certificate", \.certificate, path, "The certificate, and those between it and the root."),
            Key(required: "key", \.key, path, "Its key."),
            Key(required: "trusted", \.trusted, path, "The roots of those at the other end."),
        ])

    private static let path = Schema<String>.text(
        Form("an absolute path", examples: ["/etc/apus/rns.pem"], pattern: "^/"), write: { $0 }
    ) { (text) throws(Refusal) in
        guard text.hasPrefix("/"), text.utf8.count < 4096, !text.utf8.contains(0) else { throw Refusal() }
        return text
    }

    private static let name = Schema<String>.text(
        Form("a name", examples: ["rns-1"], pattern: "^[a-z0-9][a-z0-9.-]{0,62}$"), write: { $0 }
    ) { (text) throws(Refusal) in
        guard RegionCheck.isName(text, dots: true) else { throw Refusal() }
        return text
    }

    private static let member = Schema<EtcdEndpoint>.text(
        Form("a URL of an etcd member", examples: ["http://192.0.2.1:2379"], pattern: "^https?://[^/]+$")
    ) { (text) throws(Refusal) in
        guard text.hasPrefix("http://") || text.hasPrefix("https://"), let endpoint = EtcdEndpoint(text) else {
            throw Refusal()
        }
        return endpoint
    }

    private static let endpoint = Schema<Endpoint>.text(
        Form("an address to serve on", examples: ["unix:/run/apus/rns.sock"], pattern: "^(unix:/|tcp:)")
    ) { (text) throws(Refusal) in
        do throws(HypervisorError) { return try Endpoint(text) } catch { throw Refusal(error.reason) }
    }

    private static let address = Schema<Linux.SocketAddress>.text(
        Form("an address with a port", examples: ["127.0.0.1:8080"], pattern: "^[0-9.]+:[0-9]+$|^\\[.*\\]:[0-9]+$")
    ) { (text) throws(Refusal) in
        guard let address = SocketAddress(text) else { throw Refusal() }
        return address
    }

    /// Reads a configuration and says everything that is wrong with it.
    package static func load(_ source: Source) -> (RegionConfiguration?, [Diagnostic]) {
        let (draft, first) = fileSchema.read(source)
        var reader = first
        guard let draft else { return (nil, reader.finish()) }
        var configuration = RegionConfiguration()
        configuration.etcd = draft.etcd?.endpoints?.map(\.value) ?? []
        configuration.etcdTLS = draft.etcd?.tls?.tls
        if let file = draft.file {
            configuration.file = file.value
            if draft.etcd != nil {
                reader.report(.conflict, "the region is in etcd or in a file, not in both", at: file.place)
            }
        }
        for endpoint in draft.etcd?.endpoints ?? [] where endpoint.value.isSecure && draft.etcd?.tls == nil {
            reader.report(.missingKey, "https takes etcd.tls", at: endpoint.place)
        }
        configuration.tls = draft.tls?.tls
        for endpoint in draft.listen ?? [] {
            if case .tcp = endpoint.value, draft.tls == nil {
                reader.report(.missingKey, "\(endpoint.value) takes tls", at: endpoint.place)
            }
        }
        if let listen = draft.listen { configuration.listen = listen.map(\.value) }
        (configuration.rest, configuration.metrics) = (draft.rest, draft.metrics)
        configuration.instance = draft.instance
        (configuration.shards, configuration.lease) = (draft.shards, draft.lease)
        configuration.parallel = draft.parallel
        return (reader.errorCount == 0 ? configuration : nil, reader.finish())
    }

    /// Reads a configuration file.
    package static func load(file path: String) -> (RegionConfiguration?, [Diagnostic]) {
        do {
            return load(try Source.file(at: path))
        } catch {
            return (nil, [error])
        }
    }

    /// The JSON schema of the configuration file, for editors.
    package static var jsonSchema: String {
        fileSchema.jsonSchema(
            identifier: "https://apus.example/schema/rns-1.json", title: "Configuration of apus rns"
        ).text()
    }

    /// The reference page of the configuration file, in Markdown.
    package static var referencePage: String {
        fileSchema.referencePage(title: "Configuration of rns", introduction: introduction)
    }

    private static let introduction = """
        <!-- Written by `apus rns schema --markdown`; the tests hold it against the program. -->

        One YAML file says everything. One for a cluster:

        ```yaml
        version: 1
        etcd:
          endpoints: [http://192.0.2.1:2379, http://192.0.2.2:2379, http://192.0.2.3:2379]
        rest: 127.0.0.1:8080
        ```

        `apus rns check FILE` finds every mistake before anything runs.
        """
}
