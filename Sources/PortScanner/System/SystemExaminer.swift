import Link
import Linux

/// Tells the systems of hosts by their TCP/IP stacks (`-O`).
public struct SystemExaminer: HostExaminer {
    public let phase = "systems"

    public init() {}

    public func examine(_ hosts: inout [HostResult], _ control: ScanControl) throws(ScanError) {
        var found = hosts
        do throws(LinkError) {
            var finder = try SystemFinder()
            try finder.examine(&found) { control.isStopped }
        } catch { throw .link(error) }
        hosts = found
    }
}
