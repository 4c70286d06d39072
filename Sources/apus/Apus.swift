import ArgumentParser
import Linux

/// The command: its subcommands parse, call, print and exit; what they do lives in the libraries.
@main
struct Apus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apus",
        abstract: "Network services: a load balancer, a DHCP server, a port scanner, and a view of frames.",
        discussion: """
            EXAMPLES:
              apus lb check lb.yaml        say what is wrong with a configuration
              apus lb run lb.yaml          balance load until SIGTERM
              apus lb top                  watch it
              apus lb explain no-route     say what a reason in the log means
              apus dhcp run dhcp.yaml      lend addresses until SIGTERM
              apus scan 192.0.2.10         find open ports
              apus capture -i eth0         print the frames that come and go
              apus hvflowd                 keep a bridge's flows until SIGTERM
              apus hvflowctl status        say how they are

            EXIT CODES:
            \(Exit.table)
            """,
        version: Version.line,
        subcommands: [
            LB.self, DHCPCommand.self, ScanCommand.self, ScanAudit.self, CaptureCommand.self, HVFlowDaemon.self,
            HVFlowControl.self, HVAddrDaemon.self, HVAddrControl.self, RNSCommand.self, Completions.self,
            ManualCommand.self, LabCommand.self,
        ])

    static func main() async {
        let exit = await run(arguments: nil)
        exit.leave()
    }

    /// Runs the command that `arguments`, or the process's own, ask for, and reports its failure on standard error.
    static func run(arguments: [String]?) async -> Exit {
        do {
            var words = arguments ?? Daemon.words(CommandLine.arguments)
            if words.starts(with: ["scan", "audit"]) {
                // A command with targets of its own cannot have commands below it, too.
                words = ["scan-audit"] + words.dropFirst(2)
            } else if words.first == "scan" {
                words = ["scan"] + ScanArguments.separated(Array(words.dropFirst()))
            }
            var command = try parseAsRoot(words)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return .success
        } catch let failure as Failure {
            failure.report()
            return failure.exit
        } catch let error as SystemError {
            let failure = Failure(error)
            failure.report()
            return failure.exit
        } catch {
            return report(error)
        }
    }

    /// Reports what the parser throws: a request for help or the version, or a mistake in the arguments.
    private static func report(_ error: any Error) -> Exit {
        let message = fullMessage(for: error)
        let code = exitCode(for: error)
        if code == .success {
            print(message)
            return .success
        }
        guard code == .validationFailure else {
            Failure(.failure, "\(error)").report()
            return .failure
        }
        // The parser opens its message with a word of its own.
        let text = message.hasPrefix("Error: ") ? String(message.dropFirst("Error: ".count)) : message
        Failure(.usage, text).report()
        return .usage
    }
}
