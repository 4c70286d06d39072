import ArgumentParser
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Hypervisor
import ServiceAPI
import SwiftProtobuf

/// What every command that asks `rns` takes.
struct RNSOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Where rns serves: unix:/PATH or tcp:ADDRESS:PORT.", valueName: "address"))
    var address = "unix:/run/apus/rns.sock"

    @Flag(help: "Print JSON: one object, or for lists one on each line.")
    var json = false

    @Option(help: "Give up after so many seconds.")
    var timeout = 30

    @OptionGroup(title: "TLS") var tls: ServiceTLSOptions

    typealias Service = Apus_Rns_V1_Region.Client<HTTP2ClientTransport.Posix>

    var call: CallOptions { ServiceConnection.options(within: .seconds(timeout)) }

    /// Calls the service; what it refuses is a failure whose exit code tells the kind.
    func call<Result: Sendable>(_ body: (Service) async throws -> Result) async throws -> Result {
        do {
            let endpoint = try Endpoint(address)
            return try await ServiceConnection.with(endpoint, tls: tls.files) { client in
                try await body(Service(wrapping: client))
            }
        } catch let error as HypervisorError {
            throw Failure(.usage, "\(error)")
        } catch let error as RPCError {
            throw Failure(Self.exit(error.code), Self.message(error, address))
        }
    }

    private static func exit(_ code: RPCError.Code) -> Exit {
        switch code {
        case .invalidArgument: .configuration
        case .unavailable, .deadlineExceeded: .unavailable
        case .permissionDenied, .unauthenticated: .notPermitted
        case .failedPrecondition, .alreadyExists, .aborted: .different
        default: .failure
        }
    }

    private static func message(_ error: RPCError, _ address: String) -> String {
        // What the store does not do rns tells with the same code, and in other words.
        guard error.code == .unavailable, !error.message.hasPrefix("the store") else { return error.message }
        return "rns does not answer at \(address) (is it running, and may you open its socket?): \(error.message)"
    }

    /// Prints a message as JSON, as protobuf has it.
    func print(_ message: some SwiftProtobuf.Message) throws {
        var options = JSONEncodingOptions()
        options.alwaysPrintInt64sAsNumbers = true
        options.preserveProtoFieldNames = true
        Stream.standardOutput.write(try message.jsonString(options: options) + "\n")
    }

    /// Prints messages: as JSON one on each line, or as a table for people.
    func show<Row: SwiftProtobuf.Message>(
        _ rows: [Row], _ headings: [String], numbersFrom: Int, _ cells: (Row) -> [String]
    ) throws {
        guard !json else {
            for row in rows { try print(row) }
            return
        }
        let lines = Table(headings, numbersFrom: numbersFrom).lines(rows.map(cells), Style(of: .standardOutput))
        Stream.standardOutput.write(lines.joined(separator: "\n") + "\n")
    }
}
