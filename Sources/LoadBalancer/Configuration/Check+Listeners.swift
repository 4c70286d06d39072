internal import Linux
internal import Settings

extension Check {
    mutating func listener(_ named: Named<Draft.Listener>) -> Configuration.Listener {
        let name = named.name.value
        var result = Configuration.Listener(name: name, addresses: [])
        guard let listener = named.value else { return result }
        result.addresses = listener.addresses?.map(\.value) ?? []
        result.transport = listener.transport
        result.pool = pool(named: listener.pool)
        result.trusted = listener.trusted?.value ?? []
        guard listener.transport == .tcp else { return result }
        if listener.pool == nil, named.isSound {
            reader.report(
                .missingKey, "TCP listener '\(name)' needs 'pool': there are no routes for TCP", at: named.name.place)
        }
        if let trusted = listener.trusted {
            reader.report(
                .conflict, "TCP has no forwarded fields; remove 'trusted_proxies' from listener '\(name)'",
                at: trusted.place)
        }
        return result
    }

    /// Finds addresses that are listened on twice; port 0, which lets the kernel choose, never is.
    mutating func checkBinds() {
        var first: [SocketAddress: Place] = [:]
        let listeners = (draft.listeners ?? []).flatMap { $0.value?.addresses ?? [] }
        for bind in listeners + [draft.admin].compactMap(\.self) where bind.value.port != 0 {
            // An IPv4 address mapped into IPv6 is the same to the kernel.
            let key = bind.value.unmapped.map { SocketAddress(ipv4: $0, port: bind.value.port) } ?? bind.value
            guard let place = first[key] else {
                first[key] = bind.place
                continue
            }
            reader.report(
                .conflict, "\(bind.value) is listened on twice", at: bind.place,
                notes: [("the first time is here", place)])
        }
    }

    /// Finds HTTP listeners that nothing leads away from.
    mutating func checkIdleListeners(_ configuration: Configuration) {
        let areRoutesSound =
            draft.routes.allSatisfy(\.isSound) && reader.diagnostics.allSatisfy { $0.code != .unknownName }
        guard areRoutesSound, configuration.routes.allSatisfy({ $0.listener != nil }) else { return }
        for (index, named) in (draft.listeners ?? []).enumerated() {
            guard named.isSound, let listener = named.value, listener.transport == .http, listener.pool == nil,
                !configuration.routes.contains(where: { $0.listener == index })
            else { continue }
            reader.report(
                .conflict, "listener '\(named.name.value)' leads nowhere; give it a 'pool', or a route",
                at: named.name.place)
        }
    }
}
