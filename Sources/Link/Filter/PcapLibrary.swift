#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif
import Synchronization

/// libpcap, where it is installed: the one compiler of the expression language that everybody knows (`pcap-filter(7)`).
///
/// It is loaded when the first expression is compiled, so that nobody needs it who writes none.
@safe
struct PcapLibrary: Sendable {
    private typealias OpenDead = @convention(c) (Int32, Int32) -> OpaquePointer?
    private typealias Compile =
        @convention(c) (OpaquePointer, UnsafeMutableRawPointer, UnsafePointer<CChar>, Int32, UInt32) -> Int32
    private typealias ErrorText = @convention(c) (OpaquePointer) -> UnsafePointer<CChar>?
    private typealias FreeCode = @convention(c) (UnsafeMutableRawPointer) -> Void
    private typealias Close = @convention(c) (OpaquePointer) -> Void

    /// `struct bpf_program`.
    @safe private struct Code {
        var count: UInt32 = 0
        var instructions: UnsafePointer<FilterInstruction>?
    }

    private let openDead: OpenDead
    private let compile: Compile
    private let errorText: ErrorText
    private let freeCode: FreeCode
    private let close: Close

    /// The names under which systems install it, the most exact first.
    static let names = ["libpcap.so.0.8", "libpcap.so.1", "libpcap.so", "libpcap.A.dylib"]

    private static let loaded = Mutex<PcapLibrary?>(nil)

    /// Loads the library, once.
    static func shared() throws(FilterError) -> PcapLibrary {
        if let known = loaded.withLock({ $0 }) { return known }
        let library = try PcapLibrary(names: names)
        loaded.withLock { $0 = library }
        return library
    }

    /// Loads the first library that there is.
    init(names: [String]) throws(FilterError) {
        var handle: UnsafeMutableRawPointer?
        var reason = "no name to look for"
        // A handle is a word that means something to the loader only, and the names are strings of ours.
        for name in names where unsafe handle == nil {
            unsafe handle = dlopen(name, RTLD_NOW | RTLD_LOCAL)
            // dlerror tells of the last failure only; the first name's is the one that helps.
            if unsafe handle == nil, name == names.first { reason = Self.lastError }
        }
        guard let handle = unsafe handle else { throw .noLibrary(reason) }
        // The types are those of pcap/pcap.h, which have not changed since libpcap 0.8.
        unsafe openDead = unsafeBitCast(try Self.symbol("pcap_open_dead", in: handle), to: OpenDead.self)
        unsafe compile = unsafeBitCast(try Self.symbol("pcap_compile", in: handle), to: Compile.self)
        unsafe errorText = unsafeBitCast(try Self.symbol("pcap_geterr", in: handle), to: ErrorText.self)
        unsafe freeCode = unsafeBitCast(try Self.symbol("pcap_freecode", in: handle), to: FreeCode.self)
        unsafe close = unsafeBitCast(try Self.symbol("pcap_close", in: handle), to: Close.self)
    }

    /// Compiles an expression for frames of a link type.
    func instructions(
        of expression: String, linkType: LinkType, snapLength: Int, isOptimized: Bool
    ) throws(FilterError) -> [FilterInstruction] {
        guard !expression.utf8.contains(0) else {
            throw .expression(expression, reason: "an expression has no zero octets")
        }
        // The function is of the type that it was looked up as, and takes two numbers.
        guard let handle = unsafe openDead(Int32(linkType.rawValue), Int32(clamping: snapLength)) else {
            throw .expression(expression, reason: "libpcap has no memory")
        }
        // The handle and the code belong to this call, and are given back before it returns.
        defer { unsafe close(handle) }
        var code = Code()
        // PCAP_NETMASK_UNKNOWN: `ip broadcast` is refused rather than guessed.
        let result = unsafe compile(handle, &code, expression, isOptimized ? 1 : 0, 0xFFFF_FFFF)
        guard result == 0 else {
            let text = unsafe errorText(handle)
            throw .expression(expression, reason: unsafe text.map { unsafe String(cString: $0) } ?? "refused")
        }
        defer { unsafe freeCode(&code) }
        return unsafe Array(UnsafeBufferPointer(start: code.instructions, count: Int(code.count)))
    }

    private static func symbol(
        _ name: String, in handle: UnsafeMutableRawPointer
    ) throws(FilterError) -> UnsafeMutableRawPointer {
        // The handle is of a library that is never unloaded.
        guard let symbol = unsafe dlsym(handle, name) else { throw .noLibrary("it has no \(name)") }
        return unsafe symbol
    }

    private static var lastError: String {
        // The text is copied before the next call of the loader, which may change it.
        guard let text = unsafe dlerror() else { return "not found" }
        return unsafe String(cString: text)
    }
}

extension FilterProgram {
    /// Compiles an expression such as `udp port 67 and not vlan` (`pcap-filter(7)`) by libpcap.
    ///
    /// The frame is all that the program sees: `vlan` looks for a tag in the octets, while Linux has taken the tag off a
    /// frame that it received. Throws `FilterError.noLibrary` where libpcap is not installed.
    public init(
        expression: String, linkType: LinkType = .ethernet, snapLength: Int = 262_144, isOptimized: Bool = true
    ) throws(FilterError) {
        let library = try PcapLibrary.shared()
        try self.init(
            library.instructions(
                of: expression, linkType: linkType, snapLength: snapLength, isOptimized: isOptimized))
    }
}
