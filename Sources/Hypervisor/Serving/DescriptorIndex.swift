import FoundationEssentials
import ServiceAPI
import SwiftProtobuf

/// Which file of our protos defines what.
struct DescriptorIndex: Sendable {
    /// A file, as protoc describes it.
    struct File: Sendable {
        let octets: Data
        let imports: [String]
    }

    /// By the file's name.
    private(set) var files: [String: File] = [:]
    /// The file's name by the full name of what it defines.
    private(set) var symbols: [String: String] = [:]

    /// Reads what was generated along with the code.
    init() throws {
        guard let octets = Data(base64Encoded: descriptorSetBase64.joined()) else {
            throw HypervisorError("describe the services", "the generated descriptor set is not base 64")
        }
        for file in try Google_Protobuf_FileDescriptorSet(serializedBytes: octets).file {
            files[file.name] = File(octets: try file.serializedBytes(), imports: file.dependency)
            let scope = file.package.isEmpty ? "" : file.package + "."
            for service in file.service {
                symbols[scope + service.name] = file.name
                for method in service.method { symbols["\(scope)\(service.name).\(method.name)"] = file.name }
            }
            for value in file.enumType { symbols[scope + value.name] = file.name }
            for message in file.messageType { add(message, scope, file.name) }
        }
    }

    private mutating func add(_ message: Google_Protobuf_DescriptorProto, _ scope: String, _ file: String) {
        let name = scope + message.name
        symbols[name] = file
        for field in message.field { symbols["\(name).\(field.name)"] = file }
        for value in message.enumType { symbols["\(name).\(value.name)"] = file }
        for nested in message.nestedType { add(nested, name + ".", file) }
    }

    /// A file and all that it imports, itself first; nil if there is none of that name.
    func closure(of name: String) -> [Data]? {
        guard files[name] != nil else { return nil }
        var found = [name]
        var index = 0
        while index < found.count {
            for other in files[found[index]]?.imports ?? [] where !found.contains(other) { found.append(other) }
            index += 1
        }
        return found.compactMap { files[$0]?.octets }
    }
}
