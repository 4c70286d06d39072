import FoundationEssentials
import NIOCore
import OpenFlow

/// Asks ovs-vswitchd on its control socket, as ovs-appctl(8) does: JSON-RPC, one question to a connection.
struct SwitchControl: Sendable {
    /// The socket, or the folder in which ovs-vswitchd.pid tells its name.
    let path: String

    /// The socket's path now: its name has the daemon's process number.
    func socket() throws(HypervisorError) -> String {
        if path.hasSuffix(".ctl") { return path }
        let fixed = path + "/ovs-vswitchd.ctl"
        if FileManager.default.fileExists(atPath: fixed) { return fixed }
        guard let data = try? Data(contentsOf: URL(filePath: path + "/ovs-vswitchd.pid")),
            let number = Int(String(decoding: data, as: UTF8.self).filter { $0.isNumber })
        else {
            throw HypervisorError("find ovs-vswitchd in \(path)", "there is no ovs-vswitchd.pid; is it running?")
        }
        return "\(path)/ovs-vswitchd.\(number).ctl"
    }

    /// Runs a command; what it refuses is thrown as it says it.
    func ask(_ command: String, _ arguments: [String], within timeout: Duration = .seconds(10)) async throws -> String {
        let peer = try Peer("unix:" + socket())
        let question = JSON.object([
            "id": .integer(0), "method": .string(command), "params": .array(arguments.map { .string($0) }),
        ])
        let answer = Box()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await peer.connect { inbound, channel in
                    try await channel.writeAndFlush(ByteBuffer(bytes: question.octets))
                    var stream = JSONStream(sizeLimit: 16 << 20)
                    for try await buffer in inbound {
                        stream.append(Array(buffer.readableBytesView))
                        if let value = try stream.next() {
                            answer.value = value
                            return
                        }
                    }
                }
            }
            group.addTask {
                try await Task.sleep(for: timeout)
                throw HypervisorError("ask ovs-vswitchd for \(command)", "it did not answer in time")
            }
            try await group.next()
            group.cancelAll()
        }
        guard let value = answer.value else {
            throw HypervisorError("ask ovs-vswitchd for \(command)", "it closed the connection")
        }
        if let error = value["error"]?.string { throw Refusal(text: error) }
        return value["result"]?.string ?? ""
    }

    /// What ovs-vswitchd says is wrong with a question.
    struct Refusal: Error { let text: String }

    /// Written by one task, and read when it is done.
    private final class Box: @unchecked Sendable {
        // The group's end orders the write before the read.
        var value: JSON?
    }
}
