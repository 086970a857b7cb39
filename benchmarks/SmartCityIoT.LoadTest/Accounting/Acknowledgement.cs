namespace SmartCityIoT.LoadTest.Accounting;

/// <summary>What an acknowledgement is to the messages that were sent.</summary>
internal enum Acknowledgement
{
    /// <summary>Of the oldest message that is outstanding.</summary>
    InOrder,

    /// <summary>Of a message that is outstanding, while an older one is too: MQTT asks for the order of receipt.</summary>
    OutOfOrder,

    /// <summary>Of no message that is outstanding: the second for one message, or for one that was never sent.</summary>
    NotOutstanding,
}
