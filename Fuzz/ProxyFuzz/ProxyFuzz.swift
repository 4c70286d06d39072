/// Puts a whole worker between a client and backends in memory, which send what the input says, cut as it says.
///
/// Held against what is promised: no trap, strict messages on both sides, nothing kept, and an end in bounded time.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let octets = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    guard octets.count >= 3, octets.count <= 1 << 16 else { return 0 }
    for place in octets.indices where octets[place...].starts(with: FuzzScript.mark) { return 0 }
    do {
        var site = try FuzzSite(FuzzScript(octets))
        site.run()
        site.check()
    } catch {
        fatalError("no memory for a worker: \(error)")
    }
    return 0
}

/// Stops with the rule that is broken; `precondition` keeps its message to itself in a release build.
func hold(_ condition: Bool, _ rule: @autoclosure () -> String) {
    if !condition { fatalError(rule()) }
}

/// Tells LeakSanitizer what is no leak: constants made once, whose addresses Swift stores with bits of its own.
@c(__lsan_default_suppressions)
public func suppressions() -> UnsafePointer<UInt8> {
    let text: StaticString = "leak:once_slow\n"
    return unsafe text.utf8Start
}
