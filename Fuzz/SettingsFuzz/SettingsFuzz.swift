import LoadBalancer
import Settings

/// Reads any octets as a load balancer's file, and holds what comes of it against what is promised.
///
/// libFuzzer calls it with inputs that it changes so that they reach more and more of the code.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let octets = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let source = Source(name: "lb.yaml", octets: octets)
    // A folder that no test machine has, so that no input makes the reader open one of its files.
    let (configuration, diagnostics) = Configuration.load(
        source, folder: "/nonexistent", resolve: Configuration.resolveNothing)
    precondition((configuration == nil) == diagnostics.haveErrors, "there is a configuration unless there are errors")
    precondition(diagnostics.count <= 101, "mistakes are bounded")
    for diagnostic in diagnostics {
        let text = diagnostic.text()
        precondition(
            text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 }, "no control characters are shown")
        precondition(!diagnostic.message.contains("\n"), "a message is one line")
        guard let place = diagnostic.place else { continue }
        precondition(place.line <= source.lineCount, "a place is in the file")
        let length = source.line(place.line).unicodeScalars.count
        precondition(place.column <= length + 1, "a place is in its line or right behind it")
    }
    _ = diagnostics.json.text()
    if let configuration {
        precondition(configuration.pools.allSatisfy { !$0.servers.isEmpty }, "a pool has servers")
        precondition(configuration.listeners.allSatisfy { !$0.addresses.isEmpty }, "a listener has addresses")
        let pools = configuration.pools.indices
        precondition(configuration.routes.allSatisfy { pools.contains($0.pool) }, "a route's pool exists")
    }
    return 0
}

/// Tells LeakSanitizer what is no leak: constants made once, whose addresses Swift stores with bits of its own.
@c(__lsan_default_suppressions)
public func suppressions() -> UnsafePointer<UInt8> {
    let text: StaticString = "leak:once_slow\n"
    return unsafe text.utf8Start
}
