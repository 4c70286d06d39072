import OpenFlow
import Wire

/// Prints the message that adds a flow, in hexadecimal, and the flow as it reads from there.
///
/// The flow is the argument, as ovs-ofctl takes it: `read-a-flow priority=7,tcp,tp_dst=80,actions=output:2`
@main
enum ReadAFlow {
    static func main() {
        let text = CommandLine.arguments.dropFirst().joined(separator: " ")
        do throws(TextError) {
            let message = Message(transaction: 1, .flowMod(try FlowMod(.add, text: text)))
            let octets = message.octets
            print(octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
            let again = try? Message(readingAll: octets.span.octets, .openFlowMessage)
            if case .flowMod(let flow)? = again?.body { print(flow) }
        } catch {
            print(text)
            print(String(repeating: " ", count: error.column - 1) + "^ " + error.message)
        }
    }
}
