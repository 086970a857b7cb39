namespace SmartCityIoT.Telemetry.Topics;

public enum TopicStatus : byte
{
    Ok,

    /// <summary>Does not start with <c>sc/v1/</c>.</summary>
    NotOurs,

    /// <summary>Starts like a topic of ours and is none: a wrong bucket, device, ending or port.</summary>
    BadTopic,
}
