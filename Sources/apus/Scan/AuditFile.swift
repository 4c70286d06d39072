import PortScanner
import Settings

/// The file of an audit: what a firewall is meant to let through.
enum AuditFile {
    /// A rule as far as it could be read.
    struct DraftRule: Sendable {
        var name: String?
        var source: String?
        var targets: [TargetSpecification]?
        var tcp: PortSet?
        var udp: PortSet?
        var expectation: AuditPolicy.Expectation?
    }

    /// Reads a policy; nil if there is a mistake.
    static func load(_ path: String) -> (policy: AuditPolicy?, diagnostics: [Diagnostic]) {
        let source: Source
        do throws(Diagnostic) { source = try Source.file(at: path) } catch { return (nil, [error]) }
        let read = schema.read(source)
        var reader = read.reader
        let draft = read.value
        var rules: [AuditPolicy.Rule] = []
        for rule in draft?.rules ?? [] {
            guard let name = rule.value.name, let targets = rule.value.targets, let expectation = rule.value.expectation
            else { continue }
            guard rule.value.tcp != nil || rule.value.udp != nil else {
                reader.report(.missingKey, "rule '\(name)' has no ports; give 'tcp' or 'udp'", at: rule.place)
                continue
            }
            var builder = TargetSetBuilder()
            for target in targets { target.include(in: &builder) }
            let ports = PortSelection(tcp: rule.value.tcp ?? PortSet(), udp: rule.value.udp ?? PortSet())
            rules.append(
                AuditPolicy.Rule(
                    name, source: rule.value.source, targets: builder.finish(), ports: ports, expectation: expectation))
        }
        let diagnostics = reader.finish()
        guard !diagnostics.haveErrors, let draft else { return (nil, diagnostics) }
        var policy = AuditPolicy(rules: rules)
        policy.firewall = draft.firewall
        return (policy, diagnostics)
    }

    /// The JSON schema of the file, for editors.
    static var jsonSchema: String {
        schema.jsonSchema(
            identifier: "https://apus.example/schema/scan-audit-1.json", title: "Policy of apus scan audit"
        ).text()
    }

    struct FileValue: Sendable {
        var version: Int?
        var firewall = AuditPolicy.Firewall.any
        var rules: [Placed<DraftRule>]?
    }

    private static let schema = Schema<FileValue>.record(
        "policy", "What must be reachable, and what must not.", initial: FileValue(),
        [
            Key(required: "version", \.version, .integer(1...1), "The version of this format."),
            Key("firewall", \.firewall, .choice, "What kind of firewall it must be, told from ACK against SYN."),
            Key(required: "rules", \.rules, rule.placed.list(1...1024), "What is expected of which ports."),
        ])

    private static let rule = Schema<DraftRule>.record(
        "rule", "Ports of targets, and what they must be.", initial: DraftRule(),
        [
            Key(required: "name", \.name, text("a name", ["web"]), "What reports call it."),
            Key(
                "source", \.source, text("a name", ["outside"]), standard: "every source",
                "Where it counts: the name that `--source` gives."),
            Key(
                required: "targets", \.targets, target.oneOrMore(1...4096), "Addresses, networks and ranges; no names."),
            Key("tcp", \.tcp, ports, standard: "none", "TCP ports."),
            Key("udp", \.udp, ports, standard: "none", "UDP ports."),
            Key(required: "expect", \.expectation, .choice, "What they must be."),
        ])

    private static func text(_ noun: String, _ examples: [String]) -> Schema<String> {
        .text(Form(noun, examples: examples, pattern: "^.{1,100}$"), write: { $0 }) { text throws(Refusal) in
            guard (1...100).contains(text.count) else { throw Refusal("it has 1 to 100 characters") }
            return text
        }
    }

    private static let target = Schema<TargetSpecification>.text(
        Form("a target", examples: ["192.0.2.10", "192.0.2.0/24", "2001:db8::/120"], pattern: "^[0-9A-Fa-f:.,*/%-]+$")
    ) { text throws(Refusal) in
        do throws(SpecificationError) {
            let target = try TargetSpecification(text)
            guard target.name == nil else { throw SpecificationError("names are not looked up here", in: text, at: 0) }
            return target
        } catch { throw Refusal("\(error.message) (character \(error.offset + 1))") }
    }

    private static let ports = Schema<PortSet>.text(
        Form("ports", examples: ["22,80,1000-2000"], pattern: "^[0-9a-z*?,-]+$", mayBeNumber: true)
    ) { text throws(Refusal) in
        do throws(SpecificationError) { return try PortSpecification().read(text).tcp } catch {
            throw Refusal("\(error.message) (character \(error.offset + 1))")
        }
    }
}
