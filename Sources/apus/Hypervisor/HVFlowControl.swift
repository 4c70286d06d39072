import ArgumentParser
import FoundationEssentials
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Hypervisor
import ServiceAPI
import SwiftProtobuf

/// An operator's hands on hvflowd.
struct HVFlowControl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hvflowctl",
        abstract: "Show and change the flows that hvflowd keeps.",
        discussion: """
            Flows are written as for ovs-ofctl, with ports by number or name, without cookie and timeouts.

            EXAMPLES:
              apus hvflowctl status
              apus hvflowctl list --foreign
              apus hvflowctl add 'priority=300,in_port=tap17,udp,tp_src=68,actions=output:addr0'
              apus hvflowctl diff --file flows.txt && apus hvflowctl set --generation 8 --file flows.txt
              apus hvflowctl trace 'in_port=tap17,udp,tp_src=68,tp_dst=67'
              apus hvflowctl watch --json
            """,
        subcommands: [
            HVFlowAdd.self, HVFlowDelete.self, HVFlowSet.self, HVFlowList.self, HVFlowDiff.self, HVFlowTrace.self,
            HVFlowPorts.self, HVFlowStatus.self, HVFlowWatch.self,
        ])
}

/// What every command of hvflowctl takes.
struct HVFlowOptions: ParsableArguments {
    /// Where hvflowd serves unless it is told otherwise.
    static let address = "unix:/run/apus/hvflowd.sock"

    @Option(help: ArgumentHelp("Where hvflowd serves: unix:/PATH or tcp:ADDRESS:PORT.", valueName: "address"))
    var address = HVFlowOptions.address

    @Flag(help: "Print JSON: one object, or for lists one on each line.")
    var json = false

    @Option(help: "Give up after so many seconds.")
    var timeout = 30

    @OptionGroup(title: "TLS") var tls: ServiceTLSOptions

    typealias Service = Apus_Hvflow_V1_HVFlow.Client<HTTP2ClientTransport.Posix>

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
        guard error.code == .unavailable else { return error.message }
        return "hvflowd does not answer at \(address) (is it running, and may you open its socket?): \(error.message)"
    }

    /// Prints a message as JSON, as protobuf has it.
    func print(_ message: some Message) throws {
        var options = JSONEncodingOptions()
        options.alwaysPrintInt64sAsNumbers = true
        options.preserveProtoFieldNames = true
        Stream.standardOutput.write(try message.jsonString(options: options) + "\n")
    }
}

/// Whose flows, and which.
struct HVFlowItems: ParsableArguments {
    @Option(help: "The owner's number.")
    var owner: UInt32 = 2

    @Option(help: "What the flows belong to, a number of the owner's own.")
    var object: UInt32 = 0

    @Option(
        help: ArgumentHelp("Read flows from a file, one on each line; - is standard input.", valueName: "file"),
        completion: .file())
    var file: String?

    @Option(help: ArgumentHelp("A meter, as for 'ovs-ofctl add-meter'; may be repeated.", valueName: "text"))
    var meter: [String] = []

    @Option(help: ArgumentHelp("A group, as for 'ovs-ofctl add-group'; may be repeated.", valueName: "text"))
    var group: [String] = []

    @Argument(help: "Flows, as for ovs-ofctl.")
    var flows: [String] = []

    /// The flows' texts: those of the command line, then those of the file without blank lines and comments.
    func texts() throws -> [String] {
        guard let file else { return flows }
        let text: String
        do {
            text =
                file == "-"
                ? try FileHandleReader.standardInput() : try String(contentsOf: URL(filePath: file), encoding: .utf8)
        } catch {
            throw Failure(.noInput, "\(file) cannot be read: \(error)")
        }
        let lines = text.split(whereSeparator: \.isNewline).map { line in
            String(line.prefix { $0 != "#" }).trimmingPrefix { $0 == " " || $0 == "\t" }
        }
        return flows + lines.map(String.init).filter { !$0.allSatisfy(\.isWhitespace) }
    }

    var meters: [Apus_Hvflow_V1_Meter] {
        meter.map { text in
            .with {
                $0.text = text
                $0.object = object
            }
        }
    }

    var groups: [Apus_Hvflow_V1_Group] {
        group.map { text in
            .with {
                $0.text = text
                $0.object = object
            }
        }
    }

    func items() throws -> [Apus_Hvflow_V1_Flow] {
        try texts().map { text in
            .with {
                $0.text = text
                $0.object = object
            }
        }
    }
}

/// Reads what comes on standard input.
enum FileHandleReader {
    static func standardInput() throws -> String {
        var text = ""
        while let line = readLine(strippingNewline: false) { text += line }
        return text
    }
}
