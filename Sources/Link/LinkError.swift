public import SystemPackage

/// Why something on a link did not work.
public enum LinkError: Error, Equatable, Sendable {
    /// A system call failed; the interface is the one it was about, if any.
    case call(String, interface: String?, code: Errno)

    /// There is no interface of this name now.
    case noInterface(String)

    /// The filter is none.
    case filter(FilterError)

    /// The socket was closed, here or by its closer.
    case closed

    /// The deadline came first.
    case timedOut

    /// A frame does not fit the places that the socket reserved.
    case tooLong(octets: Int, limit: Int)

    /// The kernel's netlink answer breaks the rules of its own format.
    case netlink(String)

    /// The system lacks what was asked for.
    case unsupported(String)
}

extension LinkError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .call(let call, let interface, let code):
            "\(call)\(interface.map { " on \($0)" } ?? ""): \(code)\(Self.advice(call, code))"
        case .noInterface(let name): "there is no interface '\(name)'; `ip link` lists those that there are"
        case .filter(let error): "\(error)"
        case .closed: "the socket is closed"
        case .timedOut: "the deadline passed"
        case .tooLong(let octets, let limit): "a frame of \(octets) octets does not fit the \(limit) reserved for one"
        case .netlink(let reason): "netlink: \(reason)"
        case .unsupported(let what): "this system has no \(what)"
        }
    }

    /// What one needs, and how to come by it.
    private static var rights: String {
        #if os(Linux)
            "raw and packet sockets need CAP_NET_RAW, and changes to interfaces CAP_NET_ADMIN: run as root, or "
                + "`setcap cap_net_raw,cap_net_admin+ep` the program"
        #else
            "/dev/bpf* are open to root, and to whom else the system's administrator lets read and write them: run as "
                + "root, or join their group (`ls -l /dev/bpf0`)"
        #endif
    }

    /// What a person can do about it.
    private static func advice(_ call: String, _ code: Errno) -> String {
        switch code {
        case .notPermitted, .permissionDenied: "; \(rights)"
        case .networkDown: "; the interface is down: `ip link set … up`"
        case .noBufferSpace: "; the interface's queue is full: send more slowly, or wait and try again"
        case .noMemory: "; fewer or smaller ring blocks may fit"
        default: ""
        }
    }
}
