extension JSONReport {
    /// The JSON schema (2020-12) of a line.
    public static let schema = """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "title": "A line of a report of apus scan",
          "oneOf": [{"$ref": "#/$defs/scan"}, {"$ref": "#/$defs/host"}, {"$ref": "#/$defs/summary"}],
          "$defs": {
            "protocol": {"enum": ["tcp", "udp", "sctp", "ip"]},
            "state": {"enum": ["open", "closed", "filtered", "unfiltered", "open|filtered", "closed|filtered", "undecided"]},
            "ports": {"type": "string", "pattern": "^([0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*)?$"},
            "scan": {
              "type": "object", "additionalProperties": false,
              "required": ["type", "format", "scanner", "version", "arguments", "start", "techniques"],
              "properties": {
                "type": {"const": "scan"}, "format": {"const": 1}, "scanner": {"const": "apus"}, "version": {"type": "string"},
                "arguments": {"type": "string"}, "start": {"type": "string"},
                "techniques": {"type": "array", "items": {
                  "type": "object", "additionalProperties": false, "required": ["kind", "protocol", "ports"],
                  "properties": {"kind": {"type": "string"}, "protocol": {"$ref": "#/$defs/protocol"}, "ports": {"$ref": "#/$defs/ports"}}}}
              }
            },
            "host": {
              "type": "object", "additionalProperties": false, "required": ["type", "address", "status", "reason", "ports", "others"],
              "properties": {
                "type": {"const": "host"}, "address": {"type": "string"}, "name": {"type": "string"},
                "reverse_names": {"type": "array", "items": {"type": "string"}},
                "status": {"enum": ["up", "down", "unknown", "skipped"]}, "reason": {"type": "string"},
                "ttl": {"type": "integer", "minimum": 0, "maximum": 255}, "reason_source": {"type": "string"},
                "mac": {"type": "string"}, "round_trip_us": {"type": "integer"},
                "ports": {"type": "array", "items": {
                  "type": "object", "additionalProperties": false, "required": ["protocol", "port", "state", "reason"],
                  "properties": {
                    "protocol": {"$ref": "#/$defs/protocol"}, "port": {"type": "integer", "minimum": 0, "maximum": 65535},
                    "state": {"$ref": "#/$defs/state"}, "reason": {"type": "string"},
                    "ttl": {"type": "integer", "minimum": 0, "maximum": 255}, "reason_source": {"type": "string"},
                    "service": {"$ref": "#/$defs/service"}}}},
                "others": {"type": "array", "items": {
                  "type": "object", "additionalProperties": false, "required": ["protocol", "state", "reason", "count", "ports"],
                  "properties": {
                    "protocol": {"$ref": "#/$defs/protocol"}, "state": {"$ref": "#/$defs/state"}, "reason": {"type": "string"},
                    "count": {"type": "integer", "minimum": 1}, "ports": {"$ref": "#/$defs/ports"}}}},
                "rate_limits": {"type": "array", "items": {
                  "type": "object", "additionalProperties": false, "required": ["kind", "per_second"],
                  "properties": {"kind": {"enum": ["icmp-errors", "resets"]}, "per_second": {"type": "number", "minimum": 0}}}},
                "system": {"$ref": "#/$defs/system"}, "remarks": {"type": "array", "items": {"type": "string"}}
              }
            },
            "service": {
              "type": "object", "additionalProperties": false, "required": ["name", "confidence"],
              "properties": {
                "name": {"type": "string"}, "tls": {"type": "boolean"}, "confidence": {"enum": [3, 7, 10]},
                "product": {"type": "string"}, "version": {"type": "string"}, "extra": {"type": "string"},
                "host_name": {"type": "string"}, "system": {"type": "string"}, "banner": {"type": "string"},
                "cpe": {"type": "array", "items": {"type": "string", "pattern": "^cpe:/[aho]:"}},
                "certificate": {
                  "type": "object", "additionalProperties": false,
                  "properties": {
                    "subject": {"type": "string"}, "issuer": {"type": "string"}, "names": {"type": "array", "items": {"type": "string"}},
                    "not_before": {"type": "string"}, "not_after": {"type": "string"}, "sha256": {"type": "string"},
                    "tls_version": {"type": "string"}, "cipher": {"type": "string"}, "alpn": {"type": "string"}}}
              }
            },
            "system": {
              "type": "object", "additionalProperties": false, "required": ["candidates", "fingerprint"],
              "properties": {
                "fingerprint": {"type": "string"},
                "candidates": {"type": "array", "items": {
                  "type": "object", "additionalProperties": false, "required": ["name", "accuracy", "from_documentation"],
                  "properties": {
                    "name": {"type": "string"}, "vendor": {"type": "string"}, "family": {"type": "string"}, "generation": {"type": "string"},
                    "device": {"type": "string"}, "accuracy": {"type": "integer", "minimum": 0, "maximum": 100},
                    "from_documentation": {"type": "boolean"}, "cpe": {"type": "array", "items": {"type": "string"}}}}}
              }
            },
            "summary": {
              "type": "object", "additionalProperties": false,
              "required": ["type", "end", "elapsed_us", "hosts_up", "hosts_down", "hosts_total", "probes_sent", "answers_received", "answers_lost", "undecided", "outcome"],
              "properties": {
                "type": {"const": "summary"}, "end": {"type": "string"}, "elapsed_us": {"type": "integer"},
                "hosts_up": {"type": "integer"}, "hosts_down": {"type": "integer"}, "hosts_total": {"type": "integer"},
                "probes_sent": {"type": "integer"}, "answers_received": {"type": "integer"}, "answers_lost": {"type": "integer"},
                "undecided": {"type": "integer"}, "outcome": {"enum": ["complete", "interrupted", "failed"]}, "message": {"type": "string"}
              }
            }
          }
        }
        """
}
