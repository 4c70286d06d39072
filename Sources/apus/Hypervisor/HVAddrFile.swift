import ServiceAPI
import Settings
import SwiftProtobuf

/// A file with droplets' parameters, in YAML, of which JSON is a part.
struct HVAddrFile {
    let path: String

    /// One droplet's parameters.
    func parameters() throws -> Apus_Hvaddr_V1_Parameters { try parameters(json(), "") }

    /// A map of droplets' names to their parameters, in the order of the names.
    func droplets() throws -> [(String, Apus_Hvaddr_V1_Parameters)] { try droplets(json()) }

    /// Either: one droplet, which has no name then, or any number with theirs.
    ///
    /// A file whose port is a text, and so no droplet of that name, is of the first kind.
    func content() throws -> [(name: String?, parameters: Apus_Hvaddr_V1_Parameters)] {
        let value = try json()
        if case .object(let members) = value, case .string = members.first(where: { $0.0 == "port" })?.1 {
            return [(nil, try parameters(value, ""))]
        }
        return try droplets(value).map { ($0, $1) }
    }

    private func droplets(_ value: JSON) throws -> [(String, Apus_Hvaddr_V1_Parameters)] {
        guard case .object(let members) = value else {
            throw Failure(.configuration, "\(path): it is a map of droplets to their parameters")
        }
        guard Set(members.map(\.0)).count == members.count else {
            throw Failure(.configuration, "\(path): a droplet is there twice")
        }
        return try members.map { ($0.0, try parameters($0.1, "\($0.0): ")) }.sorted { $0.0 < $1.0 }
    }

    private func json() throws -> JSON {
        let (value, diagnostics) = JSON.reading(try source())
        let text = diagnostics.text(isColoured: Style(of: .standardError).isColoured)
        if !text.isEmpty { Stream.standardError.write(text + "\n") }
        guard let value, !diagnostics.haveErrors else {
            throw Failure(.configuration, ConfigurationFile.count(diagnostics) + " in \(path)")
        }
        return value
    }

    private func source() throws -> Source {
        do {
            return try Source.file(at: path)
        } catch {
            throw ConfigurationFile.unreadable([error]) ?? Failure(.noInput, "\(path) cannot be read")
        }
    }

    /// What the names and values are, is the proto's to say.
    private func parameters(_ value: JSON, _ what: String) throws -> Apus_Hvaddr_V1_Parameters {
        do {
            return try Apus_Hvaddr_V1_Parameters(jsonString: value.text(isIndented: false))
        } catch {
            throw Failure(.configuration, "\(path): \(what)it is not what apus.hvaddr.v1.Parameters says: \(error)")
        }
    }

    /// Parameters as such a file has them.
    static func text(_ parameters: Apus_Hvaddr_V1_Parameters) throws -> String {
        var options = JSONEncodingOptions()
        options.preserveProtoFieldNames = true
        let (value, _) = JSON.reading(Source(name: "", text: try parameters.jsonString(options: options)))
        return (value ?? .null).text() + "\n"
    }
}
