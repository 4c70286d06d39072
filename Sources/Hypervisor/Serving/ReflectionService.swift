package import GRPCCore
import GRPCProtobuf
package import ServiceAPI
import SwiftProtobuf

/// gRPC's server reflection (`grpc.reflection.v1`, and under its older name `v1alpha`): clients learn the services' protos from
/// the server itself.
package struct ReflectionService: Grpc_Reflection_V1_ServerReflection.SimpleServiceProtocol {
    private let index: DescriptorIndex
    private let names: [String]

    /// Describes the services of these names, and the common ones.
    package init(serving names: [String]) throws {
        index = try DescriptorIndex()
        self.names = Set(names + ["grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection"]).sorted()
    }

    package func serverReflectionInfo(
        request: RPCAsyncSequence<Grpc_Reflection_V1_ServerReflectionRequest, any Error>,
        response: RPCWriter<Grpc_Reflection_V1_ServerReflectionResponse>, context: ServerContext
    ) async throws {
        for try await question in request { try await response.write(answer(question)) }
    }

    /// Registers both names: the messages are the same, to the octet.
    package func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
        for service in ["grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"] {
            router.registerHandler(
                forMethod: MethodDescriptor(
                    service: ServiceDescriptor(fullyQualifiedService: service), method: "ServerReflectionInfo",
                    type: .bidirectionalStreaming),
                deserializer: ProtobufDeserializer<Grpc_Reflection_V1_ServerReflectionRequest>(),
                serializer: ProtobufSerializer<Grpc_Reflection_V1_ServerReflectionResponse>(),
                handler: { request, context in try await serverReflectionInfo(request: request, context: context) })
        }
    }

    /// The answer to one question.
    func answer(_ question: Grpc_Reflection_V1_ServerReflectionRequest) -> Grpc_Reflection_V1_ServerReflectionResponse {
        var answer = Grpc_Reflection_V1_ServerReflectionResponse()
        answer.validHost = question.host
        answer.originalRequest = question
        func refuse(_ code: Status.Code, _ message: String) {
            answer.errorResponse = .with {
                $0.errorCode = Int32(code.rawValue); $0.errorMessage = message
            }
        }
        func describe(_ file: String?, _ what: String) {
            guard let file, let octets = index.closure(of: file) else {
                return refuse(.notFound, "there is no \(what)")
            }
            answer.fileDescriptorResponse = .with { $0.fileDescriptorProto = octets }
        }
        switch question.messageRequest {
        case .listServices:
            answer.listServicesResponse = .with { $0.service = names.map { name in .with { $0.name = name } } }
        case .fileByFilename(let name): describe(name, "file '\(name)'")
        case .fileContainingSymbol(let name): describe(index.symbols[name], "symbol '\(name)'")
        case .fileContainingExtension(let request): describe(nil, "extension of '\(request.containingType)'")
        case .allExtensionNumbersOfType(let name):
            guard index.symbols[name] != nil else {
                refuse(.notFound, "there is no type '\(name)'")
                break
            }
            answer.allExtensionNumbersResponse = .with { $0.baseTypeName = name }
        case nil: refuse(.invalidArgument, "message_request: a question is missing")
        }
        return answer
    }
}
