namespace SmartCityIoT.Mqtt.Properties;

/// <summary>How a property's value is encoded, and which values it may have.</summary>
internal enum PropertyKind : byte
{
    /// <summary>No property has this identifier.</summary>
    None,

    /// <summary>One byte, 0 or 1.</summary>
    Flag,

    /// <summary>Two bytes, any value.</summary>
    UInt16,

    /// <summary>Two bytes, 0 is a protocol error.</summary>
    Positive16,

    /// <summary>Two bytes, 0 is an invalid topic alias.</summary>
    TopicAlias,

    /// <summary>Four bytes, any value.</summary>
    UInt32,

    /// <summary>Four bytes, 0 is a protocol error.</summary>
    Positive32,

    /// <summary>A variable byte integer, 0 is a protocol error.</summary>
    PositiveVariable,

    Text,

    /// <summary>Text that follows the rules of a topic name.</summary>
    TopicName,

    Binary,

    /// <summary>Two texts, a name and a value.</summary>
    TextPair,
}
