import Foundation
import LoadBalancer
import Settings
import Testing

@Suite("What is derived from the configuration's schema")
struct ConfigurationPagesTests {
    /// The repository's folder, three levels above this file.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test func `the committed reference page is current`() throws {
        let page = Self.root.appending(path: "Documentation/reference/configuration.md")
        let committed = try String(contentsOf: page, encoding: .utf8)
        #expect(committed == Configuration.referencePage + "\n", "write it anew with: apus lb schema --markdown")
    }

    @Test(arguments: ["first-steps", "https-backend", "tcp"])
    func `an example has no mistake`(name: String) throws {
        let path = Self.root.appending(path: "Examples/\(name)/lb.yaml").path
        let (configuration, diagnostics) = Configuration.load(file: path, resolve: Configuration.resolveNothing)
        #expect(configuration != nil && diagnostics.isEmpty, "\(diagnostics.text())")
    }

    static let wrong = [
        ("stiky", #"{"version":1,"listeners":{"w":{"bind":":80"}},"pools":{"p":{"servers":["a:1"],"stiky":1}}}"#),
        ("version", #"{"version":2,"listeners":{"w":{"bind":":80"}},"pools":{"p":{"servers":["a:1"]}}}"#),
        ("bind", #"{"version":1,"listeners":{"w":{"bind":"a:80"}},"pools":{"p":{"servers":["a:1"]}}}"#),
        (
            "duration",
            #"{"version":1,"timeouts":{"idle":"60"},"listeners":{"w":{"bind":":80"}},"pools":{"p":{"servers":["a:1"]}}}"#
        ),
        (
            "size",
            #"{"version":1,"limits":{"head":"1K"},"listeners":{"w":{"bind":":80"}},"pools":{"p":{"servers":["a:1"]}}}"#
        ),
        ("no pools", #"{"version":1,"listeners":{"w":{"bind":":80"}}}"#),
        ("name", #"{"version":1,"listeners":{"w b":{"bind":":80"}},"pools":{"p":{"servers":["a:1"]}}}"#),
        (
            "path",
            #"{"version":1,"listeners":{"w":{"bind":":80"}},"routes":[{"path":"/a*","pool":"p"}],"pools":{"p":{"servers":["a:1"]}}}"#
        ),
        (
            "weight",
            #"{"version":1,"listeners":{"w":{"bind":":80"}},"pools":{"p":{"servers":[{"address":"a:1","weight":257}]}}}"#
        ),
    ]
    static let right =
        #"{"version":1,"limits":{"head":8192},"listeners":{"w":{"bind":[":80","[::1]:81"],"pool":"p"}},"#
        + #""pools":{"p":{"servers":["a:1",{"address":"a:2","weight":2}],"health":{"expect":200},"tls":true}}}"#

    static let hasValidator = (try? validate("{}", schema: "{}")) == "valid"

    @Test(.enabled(if: hasValidator, "needs python3 with jsonschema"))
    func `the JSON schema takes a right file and refuses each typo`() throws {
        #expect(try Self.validate(Self.right, schema: Configuration.jsonSchema) == "valid")
        for (what, text) in Self.wrong {
            #expect(try Self.validate(text, schema: Configuration.jsonSchema) == "invalid", "\(what)")
            #expect(ConfigurationTests.load(text).0 == nil, "\(what)")
        }
    }

    /// Asks the Python package for its opinion: `valid`, `invalid`, or something else if it or the schema is broken.
    private static func validate(_ text: String, schema: String) throws -> String {
        let program = """
            import json, jsonschema, sys
            text, schema = map(json.loads, sys.argv[1:])
            kind = jsonschema.Draft202012Validator
            kind.check_schema(schema)
            print('valid' if kind(schema).is_valid(text) else 'invalid', end='')
            """
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-W", "ignore", "-c", program, text, schema]
        let output = Pipe()
        (process.standardOutput, process.standardError) = (output, FileHandle.nullDevice)
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}
