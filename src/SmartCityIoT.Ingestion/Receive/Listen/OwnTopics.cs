using SmartCityIoT.Devices.Credentials;
using SmartCityIoT.Mqtt;
using SmartCityIoT.Telemetry;
using SmartCityIoT.Telemetry.Topics;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>Which topics are whose: a device's own, and those of the devices that a gateway's list names.</summary>
internal static class OwnTopics
{
    /// <summary>Where the topics of one device begin to differ: behind <c>sc/v1/{bucket}/{device}/</c>.</summary>
    private const int RootLength = 6 + 2 + 1 + DeviceId.TextLength + 1;

    /// <summary>Whether the account may publish there: <c>up</c>, <c>up/{port}</c> and <c>status</c> of a device that is its own.</summary>
    /// <returns>
    /// <see cref="ReasonCode.Success"/>; <see cref="ReasonCode.TopicNameInvalid"/> for a topic of ours that is none; else <see cref="ReasonCode.NotAuthorized"/>.
    /// </returns>
    public static ReasonCode JudgePublish(Account account, ReadOnlySpan<byte> topic, out Topic parsed) => TopicParser.TryParse(topic, out parsed) switch
    {
        TopicStatus.Ok when parsed.Kind != TopicKind.Command && account.MayActFor(parsed.Device) => ReasonCode.Success,
        TopicStatus.BadTopic => ReasonCode.TopicNameInvalid,
        _ => ReasonCode.NotAuthorized,
    };

    /// <summary>
    /// Whether the account may subscribe: one topic of a device that is its own, or several of them by a wildcard below that device.
    /// </summary>
    /// <returns>
    /// <see cref="ReasonCode.Success"/>; <see cref="ReasonCode.TopicFilterInvalid"/> below its own device where no message ever is; else
    /// <see cref="ReasonCode.NotAuthorized"/>.
    /// </returns>
    public static ReasonCode JudgeFilter(Account account, ReadOnlySpan<byte> filter, out ulong device)
    {
        device = 0;
        if (filter.Length < RootLength || filter[RootLength - 1] != '/') return ReasonCode.NotAuthorized;

        // Some topic of the same device, so that the one parser judges root, bucket and device.
        Span<byte> topic = stackalloc byte[RootLength + 2];
        filter[..RootLength].CopyTo(topic);
        "up"u8.CopyTo(topic[RootLength..]);
        if (TopicParser.TryParse(topic, out var parsed) != TopicStatus.Ok || !account.MayActFor(parsed.Device)) return ReasonCode.NotAuthorized;
        device = parsed.Device;
        var ending = filter[RootLength..];
        var isKnown = ending is [(byte)'+'] or [(byte)'#'] || ending.SequenceEqual("up/+"u8) || ending.SequenceEqual("up/#"u8) || ending.SequenceEqual("+/+"u8)
            || TopicParser.TryParse(filter, out _) == TopicStatus.Ok;
        return isKnown ? ReasonCode.Success : ReasonCode.TopicFilterInvalid;
    }
}
