import GRPCNIOTransportHTTP2Posix
import ServiceAPI
import Glibc
package import Logging
package import ServiceLifecycle

/// An instance of `rns`: its store, what it serves, and whom it tells.
package struct RegionRuntime {
    /// What is to be run together; the first to end ends all.
    package let services: [any Service]
    package let region: Region
    package let pusher: RegionPusher

    /// Opens the store, and binds what is served on unix sockets.
    ///
    /// Throws a `HypervisorError` that says what cannot be had.
    package init(_ configuration: RegionConfiguration, version: String, logger: Logger) async throws {
        let store = MeasuredStore(try Self.store(configuration))
        let keys: RegionKeys
        do throws(RegionError) {
            keys = try await Region.keys(in: store, shards: configuration.shards)
        } catch {
            throw HypervisorError("read the region in \(store.name)", error.reason)
        }
        if keys.shards != configuration.shards {
            logger.notice("the region was begun with another number of shards", metadata: ["shards": "\(keys.shards)"])
        }
        region = Region(store: store, keys: keys, logger: logger)
        var policy = PushBoard.Policy()
        policy.parallel = configuration.parallel
        let health = HealthService()
        pusher = RegionPusher(
            instance: configuration.instance ?? Self.name(), store: store, keys: keys,
            links: ServiceLinks(tls: configuration.tls), policy: policy, lifetime: configuration.lease, logger: logger
        ) { isLiving in
            // Who asks for health is told to ask another instance while this one has no store.
            for name in ["", RegionService.name] { health.set(isLiving ? .serving : .notServing, for: name) }
        }
        let service = RegionService(region, pusher: pusher, version: version)
        let server = try ServiceServer(
            configuration.listen.map { ServiceServer.Listener($0, tls: configuration.tls) }, services: [service],
            health: health, logger: logger)
        var services: [any Service] = [server, Following(region: region), Telling(pusher: pusher)]
        if let address = configuration.rest {
            services.append(RestServer(address: address, face: RestFace(region, service: service), logger: logger))
        }
        if let address = configuration.metrics {
            let metrics = RegionMetrics(store: store, region: region, pusher: pusher)
            services += [metrics, try MetricsServer("\(address)") { await metrics.text() }] as [any Service]
        }
        self.services = services
    }

    private static func store(_ configuration: RegionConfiguration) throws -> any RegionStore {
        guard !configuration.etcd.isEmpty else {
            do throws(StoreError) {
                return try FileRegionStore(path: configuration.file)
            } catch {
                throw HypervisorError("open the region's file", error.description)
            }
        }
        do {
            return EtcdRegionStore(
                try EtcdClient(configuration.etcd, tls: configuration.etcdTLS))
        } catch {
            throw HypervisorError("use etcd", "\(error)")
        }
    }

    /// The host's name, and a number: two on one host are two.
    private static func name() -> String {
        var octets = [CChar](repeating: 0, count: 65)
        unsafe gethostname(&octets, 64)
        let host = String(decoding: octets.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self).lowercased()
        let plain = host.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }.prefix(40)
        return "\(plain.isEmpty ? "rns" : plain)-\(String(UInt32.random(in: 0...UInt32.max), radix: 16))"
    }
}

/// Keeps the pools current.
private struct Following: Service {
    let region: Region

    func run() async { await cancelWhenGracefulShutdown { await region.run() } }
}

/// Tells hypervisors what changes.
private struct Telling: Service {
    let pusher: RegionPusher

    func run() async { await cancelWhenGracefulShutdown { await pusher.run() } }
}
