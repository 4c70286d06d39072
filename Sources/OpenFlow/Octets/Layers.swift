public import Wire

/// Where an error says it happened.
extension Layer {
    public static var openFlowHeader: Layer { Layer("OpenFlow header") }
    public static var openFlowMessage: Layer { Layer("OpenFlow message") }
    public static var openFlowMatch: Layer { Layer("OpenFlow match") }
    public static var openFlowField: Layer { Layer("OpenFlow match field") }
    public static var openFlowAction: Layer { Layer("OpenFlow action") }
    public static var openFlowInstruction: Layer { Layer("OpenFlow instruction") }
    public static var openFlowBucket: Layer { Layer("OpenFlow bucket") }
    public static var openFlowMeterBand: Layer { Layer("OpenFlow meter band") }
    public static var openFlowPort: Layer { Layer("OpenFlow port") }
    public static var openFlowProperty: Layer { Layer("OpenFlow property") }
    public static var openFlowMultipart: Layer { Layer("OpenFlow multipart") }
}
