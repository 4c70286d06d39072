package import Linux
import Settings

/// What the configuration file of `rns` says.
package struct RegionConfiguration: Sendable {
    /// etcd's endpoints; empty: a file keeps the region.
    package var etcd: [EtcdEndpoint] = []
    package var etcdTLS: ServingTLS?
    /// The file that keeps the region of one instance.
    package var file = "/var/lib/apus/rns.sqlite"
    /// Where gRPC is served.
    package var listen: [Endpoint] = [.unix(path: "/run/apus/rns.sock")]
    package var tls: ServingTLS?
    /// Where REST is served; nil: nowhere.
    package var rest: Linux.SocketAddress?
    /// Where metrics are served; nil: nowhere.
    package var metrics: Linux.SocketAddress?
    package var instance: String?
    package var shards = 64
    package var lease = Duration.seconds(5)
    package var parallel = 64

    package init() {}

    /// For people: what keeps the region.
    package var summary: String {
        etcd.isEmpty
            ? "the region in \(file)" : "the region in etcd at \(etcd.map(\.description).joined(separator: ", "))"
    }
}

/// The file as it is read, before its parts are compared.
struct RegionDraft: Sendable {
    struct Files: Sendable {
        var certificate: String?
        var key: String?
        var trusted: String?

        var tls: ServingTLS? {
            guard let certificate, let key, let trusted else { return nil }
            return ServingTLS(certificate: certificate, key: key, trusted: trusted)
        }
    }

    struct Etcd: Sendable {
        var endpoints: [Placed<EtcdEndpoint>]?
        var tls: Files?
    }

    var version: Int?
    var etcd: Etcd?
    var file: Placed<String>?
    var listen: [Placed<Endpoint>]?
    var tls: Files?
    var rest: Linux.SocketAddress?
    var metrics: Linux.SocketAddress?
    var instance: String?
    var shards = 64
    var lease = Duration.seconds(5)
    var parallel = 64
}
