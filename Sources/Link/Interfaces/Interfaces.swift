#if os(Linux)
    import Linux
    import SystemPackage
    import Wire

    /// The interfaces of this machine's network namespace, their addresses, routes and neighbours, asked of the kernel.
    public enum Interfaces {
        /// Every interface.
        public static func all() throws(LinkError) -> [Interface] {
            try dump(18, headerCount: 16).compactMap { if case .interface(let found) = $0 { found } else { nil } }
        }

        /// The interface of this name; throws `LinkError.noInterface` if there is none.
        public static func named(_ name: String) throws(LinkError) -> Interface {
            guard let found = try all().first(where: { $0.name == name }) else { throw .noInterface(name) }
            return found
        }

        /// Every address of every interface.
        public static func addresses() throws(LinkError) -> [Interface.Address] {
            try dump(22, headerCount: 8).compactMap { if case .address(let found) = $0 { found } else { nil } }
        }

        /// Every route of every table.
        public static func routes() throws(LinkError) -> [Interface.Route] {
            try dump(26, headerCount: 12).compactMap { if case .route(let found) = $0 { found } else { nil } }
        }

        /// What is known of neighbours.
        public static func neighbours() throws(LinkError) -> [Interface.Neighbour] {
            try dump(30, headerCount: 12).compactMap { if case .neighbour(let found) = $0 { found } else { nil } }
        }

        /// Asks for everything of one kind (RTM_GET*), again while it changes under the kernel's hands.
        private static func dump(_ type: UInt16, headerCount: Int) throws(LinkError) -> [InterfaceChange] {
            for _ in 0..<8 {
                let socket = try NetlinkSocket(groups: 0)
                // NLM_F_REQUEST and NLM_F_DUMP.
                try socket.send(
                    NetlinkMessage(
                        type: type, flags: 0x301, sequence: 1, body: Array(repeating: 0, count: headerCount)))
                if let changes = try answer(from: socket) { return changes }
            }
            throw .netlink("the answer changed while it was given, eight times")
        }

        /// The whole answer; nil if the kernel says that it changed meanwhile (NLM_F_DUMP_INTR).
        private static func answer(from socket: borrowing NetlinkSocket) throws(LinkError) -> [InterfaceChange]? {
            var changes: [InterfaceChange] = []
            while true {
                for message in try socket.receive(until: .after(.seconds(5))) {
                    if message.flags & 0x10 != 0 { return nil }
                    if message.type == NetlinkMessage.done { return changes }
                    if let code = message.errorCode, code != 0 {
                        throw .call("netlink", interface: nil, code: Errno(rawValue: code))
                    }
                    if let change = try InterfaceChange(reading: message) { changes.append(change) }
                }
            }
        }
    }
#endif
