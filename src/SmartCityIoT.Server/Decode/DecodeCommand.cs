using System.Buffers;
using System.Text;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Server.Decode;

/// <summary>The <c>decode</c> subcommand: hex lines in, one JSON line out for each, in order.</summary>
internal static class DecodeCommand
{
    /// <summary>Characters read at a time; answers go out when they are used up, so that a program that waits for its answer gets it.</summary>
    private const int ChunkLength = 32 * 1024;

    /// <summary>Answers gathered before they are written: a batch of 120 samples with all its fields makes some 60 KB.</summary>
    private const int GatherBytes = 64 * 1024;

    /// <summary>Reads to the end of the input. The last line need not end in a line feed. Memory is bounded whatever the input.</summary>
    /// <returns>The process's exit code, 0: a frame that cannot be decoded is an answer and no failure.</returns>
    public static int Run(TextReader input, TextWriter output, SectorCatalog catalog)
    {
        using var answers = new Answers(output, catalog);
        var line = new HexLine();
        var chunk = new char[ChunkLength];
        for (int read; (read = input.Read(chunk, 0, chunk.Length)) > 0;)
        {
            var rest = chunk.AsSpan(0, read);
            for (int end; (end = rest.IndexOf('\n')) >= 0; rest = rest[(end + 1)..])
            {
                line.Append(rest[..end]);
                answers.Add(line);
                line.Clear();
            }

            line.Append(rest);
            answers.Flush();
        }

        if (!line.IsEmpty) answers.Add(line);
        answers.Flush();
        return 0;
    }

    private sealed class Answers(TextWriter output, SectorCatalog catalog) : IDisposable
    {
        private readonly ArrayBufferWriter<byte> json = new(2 * GatherBytes);
        private readonly Frame frame = new();
        private readonly FrameJsonWriter writer = new();

        public void Add(HexLine line)
        {
            if (line.TryGetPayload(out var payload)) writer.Write(json, FrameDecoder.TryDecode(payload, catalog, frame), frame);
            else json.Write("{\"status\":\"NotHex\"}"u8);
            json.Write("\n"u8);
            if (json.WrittenCount >= GatherBytes) Flush();
        }

        public void Flush()
        {
            if (json.WrittenCount == 0) return;
            var text = ArrayPool<char>.Shared.Rent(json.WrittenCount);
            var length = Encoding.UTF8.GetChars(json.WrittenSpan, text);
            output.Write(text, 0, length);
            output.Flush();
            ArrayPool<char>.Shared.Return(text);
            json.ResetWrittenCount();
        }

        public void Dispose() => writer.Dispose();
    }
}
