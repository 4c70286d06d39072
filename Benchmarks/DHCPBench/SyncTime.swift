import Glibc
import Lab

/// What a sync costs on this disk at this minute: without it a figure of durable leases says nothing.
enum SyncTime {
    /// The median of 60 appends of 4 KiB, each with an fdatasync, in milliseconds.
    static func measured() throws -> Double {
        let folder = try TemporaryFolder("sync")
        // The path is lent for the call.
        let descriptor = unsafe open(folder.file("sync"), O_CREAT | O_WRONLY, 0o600)
        guard descriptor >= 0 else { return -1 }
        defer { close(descriptor) }
        let page = [UInt8](repeating: 1, count: 4096)
        var times: [Double] = []
        let clock = ContinuousClock()
        for _ in 0..<60 {
            // The page stays while the call reads it.
            guard unsafe page.withUnsafeBytes({ unsafe write(descriptor, $0.baseAddress, $0.count) }) == page.count
            else {
                return -1
            }
            let time = clock.measure { _ = fdatasync(descriptor) }
            times.append(Double(time.components.attoseconds) / 1e15)
        }
        return times.sorted()[times.count / 2].rounded(to: 2)
    }
}
