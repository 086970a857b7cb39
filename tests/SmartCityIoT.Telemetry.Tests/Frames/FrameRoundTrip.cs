using SmartCityIoT.Telemetry.Frames;

namespace SmartCityIoT.Telemetry.Tests.Frames;

internal static class FrameRoundTrip
{
    /// <summary>Encodes what a decode left in <paramref name="frame"/>.</summary>
    public static EncodeStatus Encode(Frame frame, Span<byte> destination, out int written)
    {
        switch (frame.Header.Type)
        {
            case MessageType.Periodic:
                return FrameEncoder.TryEncodePeriodic(frame.Header, frame.Schema, frame.Presence, frame.Sample(0), destination, out written);
            case MessageType.Batch:
                var samples = new long[frame.SampleCount * Frame.FieldSlots];
                for (var sample = 0; sample < frame.SampleCount; sample++) frame.Sample(sample).CopyTo(samples.AsSpan(sample * Frame.FieldSlots));
                return FrameEncoder.TryEncodeBatch(
                    frame.Header, frame.Schema, frame.Presence, frame.IntervalSeconds, samples, destination, out written);
            case MessageType.Event:
                return FrameEncoder.TryEncodeEvent(frame.Header, frame.Event, destination, out written);
            case MessageType.Boot:
                return FrameEncoder.TryEncodeBoot(frame.Header, frame.Boot, destination, out written);
            default:
                return FrameEncoder.TryEncodeAcknowledgement(frame.Header, frame.Acknowledgement, destination, out written);
        }
    }
}
