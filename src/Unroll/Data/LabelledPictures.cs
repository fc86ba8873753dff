namespace Unroll.Data;

/// <summary>How a picture becomes a sequence.</summary>
public enum PictureReading
{
    /// <summary>A row at each step: [rows, columns].</summary>
    Rows,

    /// <summary>A pixel at each step, row by row: [rows * columns, 1] (Le, Jaitly and Hinton 2015).</summary>
    Pixels,

    /// <summary>
    /// A pixel at each step, in an order that is drawn once and is the same for all pictures and all runs, so that nothing stands
    /// near its neighbours: [rows * columns, 1] (Le, Jaitly and Hinton 2015).
    /// </summary>
    PermutedPixels,
}

/// <summary>Grey pictures of one size, each with the number of its class.</summary>
public sealed class LabelledPictures
{
    private readonly ReadOnlyMemory<byte> pixels;

    /// <summary>Pictures that stand one behind the other.</summary>
    /// <param name="pixels">All pixels, picture by picture and row by row: 0 black, 255 white.</param>
    /// <param name="rows">Rows of a picture, at least 1.</param>
    /// <param name="columns">Columns of a picture, at least 1.</param>
    /// <param name="labels">One class number for each picture.</param>
    /// <exception cref="ShapeException">There are more or fewer pixels than the pictures have.</exception>
    public LabelledPictures(ReadOnlyMemory<byte> pixels, int rows, int columns, IReadOnlyList<int> labels)
    {
        if (rows < 1 || columns < 1 || (long)labels.Count * rows * columns != pixels.Length)
        {
            throw new ShapeException(
                $"{labels.Count} pictures of {rows} rows and {columns} columns have {(long)labels.Count * rows * columns} pixels, but got {pixels.Length}. " +
                "Give one label for each picture.");
        }

        (this.pixels, Rows, Columns, Labels) = (pixels, rows, columns, labels);
    }

    /// <summary>Rows of a picture.</summary>
    public int Rows { get; }

    /// <summary>Columns of a picture.</summary>
    public int Columns { get; }

    /// <summary>One class number for each picture.</summary>
    public IReadOnlyList<int> Labels { get; }

    /// <summary>The number of pictures.</summary>
    public int Count => Labels.Count;

    /// <summary>The pixels of a picture, row by row.</summary>
    /// <param name="picture">Its number, from 0.</param>
    public ReadOnlySpan<byte> Pixels(int picture) => pixels.Span.Slice(picture * Rows * Columns, Rows * Columns);

    /// <summary>The first pictures, sharing memory.</summary>
    /// <param name="count">How many; all, where there are no more.</param>
    public LabelledPictures First(int count) =>
        count >= Count ? this : new(pixels[..(count * Rows * Columns)], Rows, Columns, [.. Labels.Take(count)]);

    /// <summary>The pictures as sequences of numbers from 0 to 1, with class numbers [samples, 1] as targets.</summary>
    /// <param name="reading">How a picture becomes a sequence.</param>
    public Dataset ToDataset(PictureReading reading = PictureReading.Rows) => new PictureDataset(this, reading);

    /// <summary>The shape of one sequence.</summary>
    internal static Shape SampleShape(PictureReading reading, int rows, int columns) =>
        reading == PictureReading.Rows ? [rows, columns] : [rows * columns, 1];

    private sealed class PictureDataset : Dataset
    {
        private readonly LabelledPictures pictures;
        private readonly int[] order;

        public PictureDataset(LabelledPictures pictures, PictureReading reading)
        {
            this.pictures = pictures;
            InputShape = SampleShape(reading, pictures.Rows, pictures.Columns);
            order = [.. Enumerable.Range(0, pictures.Rows * pictures.Columns)];
            if (reading == PictureReading.PermutedPixels) new Rng(0).Derive("permuted pixels").Shuffle(order.AsSpan());
        }

        public override int Count => pictures.Count;

        public override Shape InputShape { get; }

        public override Batch Load(ReadOnlySpan<int> samples, Batch? room = null)
        {
            var batch = room ?? new Batch { Input = new Tensor(InputShape.Insert(0, samples.Length)), Target = new Tensor([samples.Length, 1]) };
            for (var i = 0; i < samples.Length; i++)
            {
                var values = batch.Input.Values.Slice(i * order.Length, order.Length);
                var source = pictures.Pixels(samples[i]);
                for (var place = 0; place < values.Length; place++) values[place] = source[order[place]] / 255f;
                batch.Target.Values[i] = pictures.Labels[samples[i]];
            }

            return batch;
        }
    }
}
