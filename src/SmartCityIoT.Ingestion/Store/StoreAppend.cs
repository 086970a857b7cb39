using SmartCityIoT.Ingestion.Decode;
using SmartCityIoT.Storage;
using SmartCityIoT.Telemetry.Frames;

namespace SmartCityIoT.Ingestion.Store;

/// <summary>Hands a decoded message to the store as what it is.</summary>
internal static class StoreAppend
{
    public static void Append(ITelemetryStore store, DecodedMessage message)
    {
        var entry = message.Entry!;
        for (var i = 0; i < message.SampleCount; i++) store.Append(message.Sample(i), entry.TagsAt(message.TimeOf(i)));
        if (message.SampleCount > 0) return;

        var frame = message.Frame;
        var origin = message.Origin(0);
        var tags = entry.TagsAt(message.TimeOf(0));
        switch (frame.Header.Type)
        {
            case MessageType.Event:
                store.AppendEvent(origin, frame.Schema, frame.Event, tags);
                break;
            case MessageType.Boot:
                store.AppendBoot(origin, frame.Boot, tags);
                break;
            case MessageType.CommandAcknowledgement:
                store.AppendAcknowledgement(origin, frame.Acknowledgement, tags);
                break;
        }
    }
}
