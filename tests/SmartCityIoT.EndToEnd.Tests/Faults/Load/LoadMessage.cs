using SmartCityIoT.EndToEnd.Tests.Platform;

namespace SmartCityIoT.EndToEnd.Tests.Faults.Load;

/// <summary>One message of a load.</summary>
/// <param name="Key">Its identity; null for a payload that is no frame.</param>
internal sealed record LoadMessage(string Topic, byte[] Payload, FrameKey? Key)
{
    public static LoadMessage Good(FrameKey key, long time) => new(
        TopicOf(key.Device), WaterFrame.Encode(key.Device, key.Boot, key.Sequence, time, pressure: 3_000, flow: key.Sequence), key);

    /// <summary>What a broken device sends instead of a frame: nothing, noise, half a frame, a flipped bit, another format.</summary>
    public static LoadMessage Garbage(FrameKey key, long time, long number)
    {
        var random = new Random((int)number);
        var frame = Good(key, time).Payload;
        switch (random.Next(5))
        {
            case 0:
                frame = [];
                break;
            case 1:
                frame = new byte[random.Next(1, 300)];
                random.NextBytes(frame);
                break;
            case 2:
                frame = frame[..random.Next(1, frame.Length)];
                break;
            case 3:
                frame[random.Next(frame.Length)] ^= (byte)(1 << random.Next(8));
                break;
            default:
                frame = System.Text.Encoding.UTF8.GetBytes($$"""{"pressure":{{number}}}""");
                break;
        }

        return new(TopicOf(key.Device), frame, null);
    }

    private static string TopicOf(ulong device) => GoldenFrames.Topic(device.ToString("x16", System.Globalization.CultureInfo.InvariantCulture));
}
