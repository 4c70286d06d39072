import ArgumentParser
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Hypervisor
import Linux
import ServiceAPI

/// How the commands that speak to a running server find it.
struct ControlOptions: ParsableArguments {
    @Option(help: "The server's control socket.", completion: .file())
    var control = "/run/apus/dhcp.sock"

    @Flag(help: "Print JSON, an object on each line.")
    var json = false

    typealias Service = Apus_Dhcp_V1_DHCP.Client<HTTP2ClientTransport.Posix>

    /// What most calls want; a server that is busy says so itself after ten seconds.
    static var call: CallOptions { ServiceConnection.options() }

    /// Calls the service; throws what the server says is wrong.
    func call<Result: Sendable>(_ body: (Service) async throws -> Result) async throws -> Result {
        if let error = unreachable {
            throw Failure(.unavailable, "no DHCP server answers at \(control): \(error.code)")
        }
        do {
            return try await ServiceConnection.with(.unix(path: control)) { client in
                try await body(Service(wrapping: client))
            }
        } catch let error as RPCError {
            // What the server itself cannot do has the same code as a server that is gone.
            if error.code == .unavailable, unreachable != nil { throw wentAway }
            throw Failure(.failure, Self.message(of: error))
        }
    }

    /// What is wrong where the server was there, and is no more.
    var wentAway: Failure { Failure(.unavailable, "the server at \(control) went away") }

    /// Why nobody can be reached; nil if somebody can.
    private var unreachable: SystemError? {
        do throws(SystemError) {
            Socket.close(try Socket.connecting(toPath: control, seconds: 5))
            return nil
        } catch {
            return error
        }
    }

    /// The message without the field's name, which is for programs: here each argument is one field.
    private static func message(of error: RPCError) -> String {
        let fields = ["address: ", "client: "]
        guard error.code == .invalidArgument, let field = fields.first(where: { error.message.hasPrefix($0) }) else {
            return error.message
        }
        return String(error.message.dropFirst(field.utf8.count))
    }
}
