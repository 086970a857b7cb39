namespace SmartCityIoT.Ingestion.Receive;

/// <summary>
/// What a journal record holds. The canonical topic is not stored: the kind, the port and 8 bytes of device id say it all,
/// and for a frame that names its own topic's device not even those. Numbers are on disk and never change.
/// </summary>
internal enum RecordKind : byte
{
    /// <summary>A frame on <c>up</c> whose header names the topic's device: nothing else is stored.</summary>
    Frame = 1,

    /// <summary>A payload on <c>up</c> that does not name the topic's device.</summary>
    OtherFrame = 2,

    /// <summary>A payload on <c>up/{port}</c>.</summary>
    PortPayload = 3,

    /// <summary>A link state on <c>status</c>.</summary>
    Status = 4,

    /// <summary>Any other topic, stored whole.</summary>
    ForeignTopic = 5,
}

/// <summary>Which way a record came in.</summary>
internal enum RecordSource : byte
{
    Listen = 1,
    Dial = 2,
}
