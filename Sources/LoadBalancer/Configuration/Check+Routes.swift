internal import Settings

extension Check {
    mutating func routes() -> [Configuration.Route] {
        struct Match: Hashable { let host, path: String? }
        var earlier: [Match: [(listener: Int?, place: Place)]] = [:]
        let hasHTTP = draft.listeners?.contains { $0.value.map { $0.transport == .http } ?? true } ?? true
        return draft.routes.map { placed in
            let route = placed.value
            var result = Configuration.Route(pool: pool(named: route.pool) ?? 0)
            (result.host, result.path) = (route.host, route.path)
            if let name = route.listener, draft.listeners != nil {
                result.listener = reader.resolve(name, to: "listener", among: listenerNames)
                checkTransport(of: result.listener, name)
            } else if !hasHTTP, placed.isSound {
                reader.report(.conflict, "no HTTP listener is there for this route", at: placed.place)
            }
            guard placed.isSound else { return result }
            if route.host == nil, route.path == nil {
                reader.report(
                    .missingKey, "a route needs 'host' or 'path'; a listener's own 'pool' takes everything else",
                    at: placed.place)
            } else if route.listener == nil || result.listener != nil {
                // Everything is below `/`, so that `/*` is every path.
                let match = Match(host: route.host, path: route.path == "/*" ? nil : route.path)
                let rival = earlier[match]?.first {
                    $0.listener == nil || result.listener == nil || $0.listener == result.listener
                }
                if let rival {
                    reader.report(
                        .conflict, "another route takes the same host and path of the same listener; only one can win",
                        at: placed.place, notes: [("the other route is here", rival.place)])
                }
                earlier[match, default: []].append((result.listener, placed.place))
            }
            return result
        }
    }

    private mutating func checkTransport(of listener: Int?, _ name: Placed<String>) {
        guard let listener, draft.listeners?[listener].value?.transport == .tcp else { return }
        reader.report(
            .conflict, "listener '\(name.value)' is TCP and has no requests to route; give it a 'pool' instead",
            at: name.place)
    }
}
