import OpenFlow

extension RestFace {
    /// The description of all routes (OpenAPI 3.0.3).
    static func openAPI(_ routes: [RestRoute]) -> JSON {
        var paths: [String: [String: JSON]] = [:]
        for route in routes { paths[route.path, default: [:]][route.method.lowercased()] = operation(route) }
        return .object([
            "openapi": .string("3.0.3"),
            "info": .object([
                "title": .string("rns"), "version": .string("1"),
                "description": .string("Droplets, the pools of their addresses, and the hypervisors they are on."),
            ]),
            "paths": .object(paths.mapValues { .object($0) }),
            "components": .object(["schemas": .object(RestShapes.components.mapValues(\.schema))]),
        ])
    }

    private static func operation(_ route: RestRoute) -> JSON {
        var operation: [String: JSON] = [
            "summary": .string(route.summary), "operationId": .string(identifier(route)),
        ]
        var parameters = route.query.map { member in
            JSON.object([
                "name": .string(member.name), "in": .string("query"), "required": .bool(false),
                "description": .string(member.text), "schema": member.shape.schema,
            ])
        }
        if let shape = route.parameter {
            parameters.append(
                .object([
                    "name": .string(route.path.contains("{id}") ? "id" : "name"), "in": .string("path"),
                    "required": .bool(true), "schema": shape.schema,
                ]))
        }
        if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        if let body = route.body {
            operation["requestBody"] = .object(["required": .bool(true), "content": content(body)])
        }
        var responses: [String: JSON] = [
            "\(route.status)": .object(["description": .string("It was done."), "content": content(route.answer)])
        ]
        let reasons = [
            400: "The request is wrong: the error names the field.", 404: "What is named is not there.",
            409: "It is at odds with what is there.", 413: "The body is too long.", 503: "The store is not available.",
        ]
        for status in [400, 503] + route.failures + (route.body == nil ? [] : [413]) {
            responses["\(status)"] = .object([
                "description": .string(reasons[status] ?? ""), "content": content(.component("Error")),
            ])
        }
        operation["responses"] = .object(responses)
        return .object(operation)
    }

    private static func content(_ shape: RestShape) -> JSON {
        .object(["application/json": .object(["schema": shape.schema])])
    }

    /// Such as `getDropletsId`: generators of clients name functions by it.
    private static func identifier(_ route: RestRoute) -> String {
        route.method.lowercased()
            + route.parts.dropFirst().map { part in
                let word = part.filter(\.isLetter)
                return word.prefix(1).uppercased() + word.dropFirst()
            }.joined()
    }
}
